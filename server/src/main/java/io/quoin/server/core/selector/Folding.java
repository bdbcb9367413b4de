// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.server.core.selector.Operand.Answer;
import io.quoin.server.core.selector.Operand.Arithmetic;
import io.quoin.server.core.selector.Operand.Literal;
import io.quoin.server.core.selector.Operand.Negation;
import java.util.ArrayList;
import java.util.List;

/** Builds the nodes of a selector, and computes at once what depends on no message. */
final class Folding {
    private static final SelectorInput NO_MESSAGE = (identifier, into) -> into.setNull();

    private Folding() {}

    static Operand negation(Operand operand) {
        Operand negation = new Negation(operand);
        return operand instanceof Literal ? new Literal(negation.evaluate(NO_MESSAGE)) : negation;
    }

    static Operand arithmetic(Arithmetic.Operator operator, Operand left, Operand right) {
        Operand arithmetic = new Arithmetic(operator, left, right);
        return areLiterals(left, right) ? new Literal(arithmetic.evaluate(NO_MESSAGE)) : arithmetic;
    }

    static Operand answer(Condition condition) {
        Operand answer = new Answer(condition);
        return condition instanceof Condition.Constant ? new Literal(answer.evaluate(NO_MESSAGE)) : answer;
    }

    static Condition comparison(Relation relation, Operand left, Operand right) {
        Condition comparison = new Condition.Comparison(relation, left, right);
        return areLiterals(left, right) ? constant(comparison) : comparison;
    }

    static Condition between(Operand operand, Operand low, Operand high, boolean negated) {
        Condition between = new Condition.Between(operand, low, high, negated);
        return areLiterals(operand, low, high) ? constant(between) : between;
    }

    static Condition not(Condition condition) {
        if (condition instanceof Condition.Not not) {
            return not.condition();
        }
        Condition not = new Condition.Not(condition);
        return condition instanceof Condition.Constant ? constant(not) : not;
    }

    static Condition and(List<Condition> terms) {
        List<Condition> kept = new ArrayList<>();
        for (Condition term : terms) {
            if (isConstant(term, Truth.FALSE)) {
                return term;
            }
            if (term instanceof Condition.And and) {
                kept.addAll(and.terms());
            } else if (!isConstant(term, Truth.TRUE)) {
                kept.add(term);
            }
        }
        return switch (kept.size()) {
            case 0 -> new Condition.Constant(Truth.TRUE);
            case 1 -> kept.get(0);
            default -> new Condition.And(List.copyOf(kept));
        };
    }

    static Condition or(List<Condition> terms) {
        List<Condition> kept = new ArrayList<>();
        for (Condition term : terms) {
            if (isConstant(term, Truth.TRUE)) {
                return term;
            }
            if (term instanceof Condition.Or or) {
                kept.addAll(or.terms());
            } else if (!isConstant(term, Truth.FALSE)) {
                kept.add(term);
            }
        }
        return switch (kept.size()) {
            case 0 -> new Condition.Constant(Truth.FALSE);
            case 1 -> kept.get(0);
            default -> new Condition.Or(List.copyOf(kept));
        };
    }

    static boolean isConstant(Condition condition, Truth truth) {
        return condition instanceof Condition.Constant constant && constant.truth() == truth;
    }

    private static Condition constant(Condition condition) {
        return new Condition.Constant(condition.test(NO_MESSAGE));
    }

    private static boolean areLiterals(Operand... operands) {
        for (Operand operand : operands) {
            if (!(operand instanceof Literal)) {
                return false;
            }
        }
        return true;
    }
}
