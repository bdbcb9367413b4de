// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/** A comparison operator. */
enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    /** Whether it asks for an order, which only numbers have (Jakarta Messaging 3.1 §3.8.1.1: strings and booleans allow only = and &lt;&gt;). */
    boolean isOrder() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    /** Null on either side is unknown; values of unlike types give false whatever the operator; exact and approximate numbers are alike. */
    Truth test(Value a, Value b) {
        if (a.isNull() || b.isNull()) {
            return Truth.UNKNOWN;
        }
        if (a.isNumber()) {
            return Truth.of(b.isNumber() && holdsForNumbers(a, b));
        }
        if (a.kind() != b.kind() || isOrder()) {
            return Truth.FALSE;
        }
        boolean same = a.isString() ? a.sameString(b) : a.isTrue() == b.isTrue();
        return Truth.of(same == (this == EQUAL));
    }

    private boolean holdsForNumbers(Value a, Value b) {
        if (a.kind() == Value.Kind.EXACT && b.kind() == Value.Kind.EXACT) {
            return holds(a.exact(), b.exact());
        }
        return holds(a.approximate(), b.approximate());
    }

    private boolean holds(long a, long b) {
        return switch (this) {
            case EQUAL -> a == b;
            case NOT_EQUAL -> a != b;
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            case GREATER -> a > b;
            case GREATER_OR_EQUAL -> a >= b;
        };
    }

    /** Java's operators, not {@code Double.compare}: a NaN is not equal to itself, and the two zeros are equal. */
    private boolean holds(double a, double b) {
        return switch (this) {
            case EQUAL -> a == b;
            case NOT_EQUAL -> a != b;
            case LESS -> a < b;
            case LESS_OR_EQUAL -> a <= b;
            case GREATER -> a > b;
            case GREATER_OR_EQUAL -> a >= b;
        };
    }
}
