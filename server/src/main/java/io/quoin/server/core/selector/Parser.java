// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import io.quoin.server.core.selector.Operand.Answer;
import io.quoin.server.core.selector.Operand.Arithmetic;
import io.quoin.server.core.selector.Operand.Literal;
import io.quoin.server.core.selector.Operand.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Recursive descent over the grammar below, with types checked as far as they show in the text. Thread: confined.
 *
 * <pre>
 * or         = and { OR and }
 * and        = not { AND not }
 * not        = NOT not | predicate
 * predicate  = sum [ relation sum
 *                  | [NOT] BETWEEN sum AND sum
 *                  | [NOT] IN '(' string { ',' string } ')'
 *                  | [NOT] LIKE string [ ESCAPE string ]
 *                  | IS [NOT] NULL ]
 * sum        = product { ('+' | '-') product }
 * product    = signed { ('*' | '/') signed }
 * signed     = ('+' | '-') signed | primary
 * primary    = string | number | TRUE | FALSE | identifier | '(' or ')'
 * </pre>
 *
 * <p>IN, LIKE and IS take an identifier on their left. A property alone as a condition means {@code property = TRUE}.
 */
final class Parser {
    /** Of parentheses, NOTs and signs within each other: bounds the stack. */
    static final int DEPTH_MAX = 64;

    /** Of operands and operations: bounds the time of an evaluation. */
    static final int NODES_MAX = 512;

    /** Of strings in one IN. */
    static final int LIST_MAX = 256;

    private final List<Token> tokens;
    private int at;
    private int depth;
    private int nodes;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Condition parse(List<Token> tokens) throws SelectorException {
        Parser parser = new Parser(tokens);
        int start = parser.peek().position();
        Condition condition = parser.condition(parser.or(), start);
        if (!parser.peek().is(TokenType.END)) {
            throw parser.expected("AND, OR or the end");
        }
        return condition;
    }

    private Node or() throws SelectorException {
        int start = peek().position();
        Node first = and();
        if (!peek().is(TokenType.OR)) {
            return first;
        }
        List<Condition> terms = new ArrayList<>();
        terms.add(condition(first, start));
        while (take(TokenType.OR)) {
            start = peek().position();
            terms.add(condition(and(), start));
        }
        count();
        return Folding.or(terms);
    }

    private Node and() throws SelectorException {
        int start = peek().position();
        Node first = not();
        if (!peek().is(TokenType.AND)) {
            return first;
        }
        List<Condition> terms = new ArrayList<>();
        terms.add(condition(first, start));
        while (take(TokenType.AND)) {
            start = peek().position();
            terms.add(condition(not(), start));
        }
        count();
        return Folding.and(terms);
    }

    private Node not() throws SelectorException {
        if (!take(TokenType.NOT)) {
            return predicate();
        }
        count();
        descend();
        int start = peek().position();
        Condition condition = condition(not(), start);
        depth--;
        return Folding.not(condition);
    }

    private Node predicate() throws SelectorException {
        int start = peek().position();
        Node left = sum();
        boolean negated = take(TokenType.NOT);
        Token operator = peek();
        switch (operator.type()) {
            case BETWEEN -> {
                return between(number(left, start), negated);
            }
            case IN -> {
                return in(reference(left, start), negated);
            }
            case LIKE -> {
                return like(reference(left, start), negated);
            }
            default -> {
                if (negated) {
                    throw expected("BETWEEN, IN or LIKE after NOT");
                }
            }
        }
        return switch (operator.type()) {
            case IS -> isNull(reference(left, start));
            case EQUAL -> comparison(Relation.EQUAL, left, start);
            case NOT_EQUAL -> comparison(Relation.NOT_EQUAL, left, start);
            case LESS -> comparison(Relation.LESS, left, start);
            case LESS_OR_EQUAL -> comparison(Relation.LESS_OR_EQUAL, left, start);
            case GREATER -> comparison(Relation.GREATER, left, start);
            case GREATER_OR_EQUAL -> comparison(Relation.GREATER_OR_EQUAL, left, start);
            default -> left;
        };
    }

    private Condition comparison(Relation relation, Node left, int leftStart) throws SelectorException {
        next();
        count();
        int rightStart = peek().position();
        Node right = sum();
        return relation.isOrder()
                ? Folding.comparison(relation, number(left, leftStart), number(right, rightStart))
                : Folding.comparison(relation, value(left), value(right));
    }

    private Condition between(Operand operand, boolean negated) throws SelectorException {
        next();
        count();
        int lowStart = peek().position();
        Operand low = number(sum(), lowStart);
        expect(TokenType.AND);
        int highStart = peek().position();
        Operand high = number(sum(), highStart);
        return Folding.between(operand, low, high, negated);
    }

    private Condition in(Reference reference, boolean negated) throws SelectorException {
        next();
        count();
        expect(TokenType.OPEN);
        TreeSet<byte[]> literals = new TreeSet<>(Arrays::compareUnsigned);
        int listed = 0;
        do {
            Token string = expect(TokenType.STRING);
            if (++listed > LIST_MAX) {
                throw new SelectorException("An IN may list at most " + LIST_MAX + " strings", string.position());
            }
            literals.add(Utf8.bytes(string.string()));
        } while (take(TokenType.COMMA));
        if (!take(TokenType.CLOSE)) {
            throw expected(", or )");
        }
        return new Condition.In(reference, List.copyOf(literals), negated);
    }

    private Condition like(Reference reference, boolean negated) throws SelectorException {
        next();
        count();
        Token text = expect(TokenType.STRING);
        int escape = -1;
        if (take(TokenType.ESCAPE)) {
            Token character = expect(TokenType.STRING);
            String string = character.string();
            if (string.codePointCount(0, string.length()) != 1) {
                throw new SelectorException("ESCAPE takes a string of one character", character.position());
            }
            escape = string.codePointAt(0);
        }
        LikePattern pattern = LikePattern.of(text.string(), escape);
        if (pattern == null) {
            throw new SelectorException("The pattern ends in its escape character", text.position());
        }
        return new Condition.Like(reference, pattern, negated);
    }

    private Condition isNull(Reference reference) throws SelectorException {
        next();
        count();
        boolean negated = take(TokenType.NOT);
        if (!take(TokenType.NULL)) {
            throw expected(negated ? "NULL" : "NULL or NOT NULL");
        }
        return new Condition.IsNull(reference, negated);
    }

    private Node sum() throws SelectorException {
        int start = peek().position();
        Node left = product();
        while (peek().is(TokenType.PLUS) || peek().is(TokenType.MINUS)) {
            Arithmetic.Operator operator =
                    next().is(TokenType.PLUS) ? Arithmetic.Operator.ADD : Arithmetic.Operator.SUBTRACT;
            left = arithmetic(operator, left, start, peek().position(), product());
        }
        return left;
    }

    private Node product() throws SelectorException {
        int start = peek().position();
        Node left = signed();
        while (peek().is(TokenType.TIMES) || peek().is(TokenType.OVER)) {
            Arithmetic.Operator operator =
                    next().is(TokenType.TIMES) ? Arithmetic.Operator.MULTIPLY : Arithmetic.Operator.DIVIDE;
            left = arithmetic(operator, left, start, peek().position(), signed());
        }
        return left;
    }

    private Operand arithmetic(Arithmetic.Operator operator, Node left, int leftStart, int rightStart, Node right)
            throws SelectorException {
        count();
        return Folding.arithmetic(operator, number(left, leftStart), number(right, rightStart));
    }

    private Node signed() throws SelectorException {
        Token sign = peek();
        if (!sign.is(TokenType.PLUS) && !sign.is(TokenType.MINUS)) {
            return primary();
        }
        next();
        count();
        if (sign.is(TokenType.MINUS) && peek().is(TokenType.NUMBER)) {
            return NumberLiteral.parse(next(), true);
        }
        descend();
        int start = peek().position();
        Operand operand = number(signed(), start);
        depth--;
        if (sign.is(TokenType.MINUS)) {
            return Folding.negation(operand);
        }
        // Not the operand itself: with a sign it is a number or nothing, never a string.
        return Folding.arithmetic(Arithmetic.Operator.ADD, Literal.of(0), operand);
    }

    private Node primary() throws SelectorException {
        count();
        Token token = next();
        return switch (token.type()) {
            case STRING -> Literal.of(token.string());
            case NUMBER -> NumberLiteral.parse(token, false);
            case TRUE -> Literal.of(true);
            case FALSE -> Literal.of(false);
            case IDENTIFIER -> new Reference(identifier(token));
            case OPEN -> parenthesis();
            default -> throw expected("a property, a string, a number, TRUE, FALSE or (", token);
        };
    }

    private Node parenthesis() throws SelectorException {
        descend();
        Node node = or();
        expect(TokenType.CLOSE);
        depth--;
        return node;
    }

    private static Identifier identifier(Token token) throws SelectorException {
        Identifier identifier = new Identifier(token.source());
        String name = identifier.text();
        if (name.startsWith("JMS")
                && identifier.header() == null
                && !name.startsWith("JMSX")
                && !name.startsWith("JMS_")) {
            throw new SelectorException(
                    "'" + name + "' cannot be used in a selector; of the headers only JMSDeliveryMode, JMSPriority,"
                            + " JMSMessageID, JMSTimestamp, JMSCorrelationID and JMSType can",
                    token.position());
        }
        return identifier;
    }

    private Condition condition(Node node, int start) throws SelectorException {
        if (node instanceof Condition condition) {
            return condition;
        }
        if (node instanceof Reference
                || (node instanceof Literal literal && literal.value().isBoolean())) {
            return Folding.comparison(Relation.EQUAL, (Operand) node, Literal.of(true));
        }
        if (node instanceof Answer answer) {
            return answer.condition();
        }
        throw new SelectorException("Expected a condition, which is true or false, and found a value", start);
    }

    private static Operand value(Node node) {
        return node instanceof Condition condition ? Folding.answer(condition) : (Operand) node;
    }

    private static Operand number(Node node, int start) throws SelectorException {
        boolean wrong = node instanceof Condition
                || (node instanceof Literal literal
                        && (literal.value().isString() || literal.value().isBoolean()));
        if (wrong) {
            throw new SelectorException(
                    "Expected a number or a property; strings and booleans take only = and <>", start);
        }
        return (Operand) node;
    }

    private static Reference reference(Node node, int start) throws SelectorException {
        if (node instanceof Reference reference) {
            return reference;
        }
        throw new SelectorException("IN, LIKE and IS take a property on their left", start);
    }

    private Token peek() {
        return tokens.get(at);
    }

    /** The word END is never passed. */
    private Token next() {
        Token token = tokens.get(at);
        if (!token.is(TokenType.END)) {
            at++;
        }
        return token;
    }

    private boolean take(TokenType type) {
        if (!peek().is(type)) {
            return false;
        }
        at++;
        return true;
    }

    private Token expect(TokenType type) throws SelectorException {
        if (!peek().is(type)) {
            throw expected(type.shown());
        }
        return next();
    }

    private SelectorException expected(String what) {
        return expected(what, peek());
    }

    private static SelectorException expected(String what, Token found) {
        return new SelectorException("Expected " + what + " and found " + found.shown(), found.position());
    }

    private void count() throws SelectorException {
        if (++nodes > NODES_MAX) {
            throw new SelectorException(
                    "A selector may have at most " + NODES_MAX + " operands and operations", peek().position());
        }
    }

    private void descend() throws SelectorException {
        if (++depth > DEPTH_MAX) {
            throw new SelectorException(
                    "Parentheses, NOT and signs may be nested at most " + DEPTH_MAX + " deep", peek().position());
        }
    }
}
