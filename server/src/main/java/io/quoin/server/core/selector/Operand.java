// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;

/** A part of a selector that has a value. */
sealed interface Operand extends Node {
    /** The value in this message, in a register of this node: good until the node is evaluated again. */
    Value evaluate(SelectorInput in);

    /** A value that was in the text or was computed from what was. */
    record Literal(Value value) implements Operand {
        static Literal of(boolean value) {
            Literal literal = new Literal(new Value());
            literal.value.setBoolean(value);
            return literal;
        }

        static Literal of(long value) {
            Literal literal = new Literal(new Value());
            literal.value.setExact(value);
            return literal;
        }

        static Literal of(double value) {
            Literal literal = new Literal(new Value());
            literal.value.setApproximate(value);
            return literal;
        }

        static Literal of(String value) {
            byte[] utf8 = Utf8.bytes(value);
            Literal literal = new Literal(new Value());
            literal.value.setString(ByteBuffer.wrap(utf8), 0, utf8.length);
            return literal;
        }

        @Override
        public Value evaluate(SelectorInput in) {
            return value;
        }
    }

    /** What an identifier stands for. */
    record Reference(Identifier identifier, Value register) implements Operand {
        Reference(Identifier identifier) {
            this(identifier, new Value());
        }

        @Override
        public Value evaluate(SelectorInput in) {
            in.lookup(identifier, register);
            return register;
        }
    }

    /** A condition in parentheses, used as a boolean value; unknown is null. */
    record Answer(Condition condition, Value register) implements Operand {
        Answer(Condition condition) {
            this(condition, new Value());
        }

        @Override
        public Value evaluate(SelectorInput in) {
            Truth truth = condition.test(in);
            if (truth == Truth.UNKNOWN) {
                register.setNull();
            } else {
                register.setBoolean(truth == Truth.TRUE);
            }
            return register;
        }
    }

    /** The unary minus. Anything but a number gives null. */
    record Negation(Operand operand, Value register) implements Operand {
        Negation(Operand operand) {
            this(operand, new Value());
        }

        @Override
        public Value evaluate(SelectorInput in) {
            Value value = operand.evaluate(in);
            switch (value.kind()) {
                case EXACT -> register.setExact(-value.exact());
                case APPROXIMATE -> register.setApproximate(-value.approximate());
                case NULL, BOOLEAN, STRING -> register.setNull();
            }
            return register;
        }
    }

    /**
     * Addition, subtraction, multiplication or division. Two exact numbers are computed as Java's long (overflow wraps, division truncates, division by zero is
     * null), with an approximate one as double. Anything but numbers gives null.
     */
    record Arithmetic(Operator operator, Operand left, Operand right, Value register) implements Operand {
        enum Operator {
            ADD,
            SUBTRACT,
            MULTIPLY,
            DIVIDE
        }

        Arithmetic(Operator operator, Operand left, Operand right) {
            this(operator, left, right, new Value());
        }

        @Override
        public Value evaluate(SelectorInput in) {
            Value a = left.evaluate(in);
            Value b = right.evaluate(in);
            if (!a.isNumber() || !b.isNumber()) {
                register.setNull();
            } else if (a.kind() == Value.Kind.EXACT && b.kind() == Value.Kind.EXACT) {
                computeExact(a.exact(), b.exact());
            } else {
                computeApproximate(a.approximate(), b.approximate());
            }
            return register;
        }

        private void computeExact(long a, long b) {
            if (operator == Operator.DIVIDE && b == 0) {
                register.setNull();
                return;
            }
            register.setExact(
                    switch (operator) {
                        case ADD -> a + b;
                        case SUBTRACT -> a - b;
                        case MULTIPLY -> a * b;
                        case DIVIDE -> a / b;
                    });
        }

        private void computeApproximate(double a, double b) {
            register.setApproximate(
                    switch (operator) {
                        case ADD -> a + b;
                        case SUBTRACT -> a - b;
                        case MULTIPLY -> a * b;
                        case DIVIDE -> a / b;
                    });
        }
    }
}
