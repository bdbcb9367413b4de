// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.util.List;

/**
 * A part of a selector that is true, false or unknown.
 *
 * <p>Lists are walked by index, since an iterator would be allocated.
 *
 * <p>The forms with NOT inside ({@code NOT BETWEEN}, {@code NOT IN}, {@code NOT LIKE}) are operations of their own, as {@code <>} is: on a value of an unlike type
 * they are false, like the forms without.
 */
sealed interface Condition extends Node {
    Truth test(SelectorInput in);

    /** A truth known without a message. */
    record Constant(Truth truth) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            return truth;
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            return condition.test(in).not();
        }
    }

    /** All of at least two terms, tested from left to right until one is false. */
    record And(List<Condition> terms) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            Truth truth = Truth.TRUE;
            for (int i = 0; i < terms.size(); i++) {
                truth = truth.and(terms.get(i).test(in));
                if (truth == Truth.FALSE) {
                    break;
                }
            }
            return truth;
        }
    }

    /** Any of at least two terms, tested from left to right until one is true. */
    record Or(List<Condition> terms) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            Truth truth = Truth.FALSE;
            for (int i = 0; i < terms.size(); i++) {
                truth = truth.or(terms.get(i).test(in));
                if (truth == Truth.TRUE) {
                    break;
                }
            }
            return truth;
        }
    }

    record Comparison(Relation relation, Operand left, Operand right) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            return relation.test(left.evaluate(in), right.evaluate(in));
        }
    }

    record Between(Operand operand, Operand low, Operand high, boolean negated) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            Value value = operand.evaluate(in);
            Value least = low.evaluate(in);
            Value most = high.evaluate(in);
            return negated
                    ? Relation.LESS.test(value, least).or(Relation.GREATER.test(value, most))
                    : Relation.GREATER_OR_EQUAL.test(value, least).and(Relation.LESS_OR_EQUAL.test(value, most));
        }
    }

    /** {@code literals} are in ascending order of their bytes. */
    record In(Operand.Reference reference, List<byte[]> literals, boolean negated) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            Value value = reference.evaluate(in);
            if (value.isNull()) {
                return Truth.UNKNOWN;
            }
            return Truth.of(value.isString() && contains(value) != negated);
        }

        private boolean contains(Value value) {
            int low = 0;
            int high = literals.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = value.compareTo(literals.get(middle));
                if (order == 0) {
                    return true;
                }
                if (order < 0) {
                    high = middle - 1;
                } else {
                    low = middle + 1;
                }
            }
            return false;
        }
    }

    record Like(Operand.Reference reference, LikePattern pattern, boolean negated) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            Value value = reference.evaluate(in);
            if (value.isNull()) {
                return Truth.UNKNOWN;
            }
            return Truth.of(value.isString()
                    && pattern.matches(value.bytes(), value.offset(), value.offset() + value.length()) != negated);
        }
    }

    /** Never unknown. */
    record IsNull(Operand.Reference reference, boolean negated) implements Condition {
        @Override
        public Truth test(SelectorInput in) {
            return Truth.of(reference.evaluate(in).isNull() != negated);
        }
    }
}
