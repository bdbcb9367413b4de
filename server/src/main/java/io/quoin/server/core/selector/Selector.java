// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.server.core.selector.Operand.Literal;
import io.quoin.server.core.selector.Operand.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message selector (Jakarta Messaging 3.1 §3.8.1), parsed and checked once, then tested against many messages.
 *
 * <p>Thread: confined to one at a time, as its nodes hold the registers of an evaluation. An evaluation allocates nothing; its time is bounded by the number of
 * nodes and, for each LIKE, by the length of the pattern times that of the string.
 */
public final class Selector {
    /** The length of a selector in UTF-8. */
    public static final int TEXT_BYTES_MAX = 4096;

    /** No selector: every message matches. */
    public static final Selector NONE = new Selector("", new Condition.Constant(Truth.TRUE));

    private final String text;
    private final Condition condition;

    private Selector(String text, Condition condition) {
        this.text = text;
        this.condition = condition;
    }

    /**
     * Parses a selector.
     *
     * @param text null, the empty string and mere whitespace mean no selector, {@link #NONE}
     * @throws SelectorException if it is not in the language, its types cannot fit, or it exceeds a limit: 4 KiB of UTF-8, 64 levels, 512 nodes, 256 strings in
     *     an IN
     */
    public static Selector parse(@Nullable String text) throws SelectorException {
        if (text == null) {
            return NONE;
        }
        checkText(text);
        List<Token> tokens = Lexer.tokens(text);
        return tokens.size() == 1 ? NONE : new Selector(normalized(tokens), Parser.parse(tokens));
    }

    /** Whether the message matches: the condition is true, neither false nor unknown. */
    public boolean matches(SelectorInput message) {
        return condition.test(message) == Truth.TRUE;
    }

    /** Whether every message matches, because there is no selector or it is true by itself. */
    public boolean matchesAll() {
        return Folding.isConstant(condition, Truth.TRUE);
    }

    /** Whether no message can match, because the selector is false or unknown by itself. */
    public boolean matchesNone() {
        return condition instanceof Condition.Constant && !matchesAll();
    }

    /**
     * The selector with keywords in upper case and single spaces, so that texts which differ only in these are the same; empty for no selector. Parsing it gives an
     * equal selector.
     */
    public String normalizedText() {
        return text;
    }

    /**
     * The conjuncts {@code identifier = literal} (in either order) at the top of the selector, whose literal is a string or number: a message for which one of them
     * does not hold does not match.
     */
    public List<EqualityTerm> equalityTerms() {
        List<EqualityTerm> terms = new ArrayList<>();
        List<Condition> conjuncts = condition instanceof Condition.And and ? and.terms() : List.of(condition);
        for (Condition conjunct : conjuncts) {
            if (conjunct instanceof Condition.Comparison comparison && comparison.relation() == Relation.EQUAL) {
                addEqualityTerm(comparison.left(), comparison.right(), terms);
                addEqualityTerm(comparison.right(), comparison.left(), terms);
            }
        }
        return List.copyOf(terms);
    }

    private static void addEqualityTerm(Operand left, Operand right, List<EqualityTerm> terms) {
        if (left instanceof Reference reference && right instanceof Literal literal) {
            Value value = literal.value();
            switch (value.kind()) {
                case STRING -> terms.add(new EqualityTerm(reference.identifier(), string(value)));
                case EXACT -> terms.add(new EqualityTerm(reference.identifier(), value.exact()));
                case APPROXIMATE -> terms.add(new EqualityTerm(reference.identifier(), value.approximate()));
                case NULL, BOOLEAN -> {
                    // Of no use to an index.
                }
            }
        }
    }

    private static String string(Value value) {
        byte[] utf8 = new byte[value.length()];
        value.bytes().get(value.offset(), utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void checkText(String text) throws SelectorException {
        if (text.length() > TEXT_BYTES_MAX || text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            throw new SelectorException("A selector may have at most " + TEXT_BYTES_MAX + " bytes of UTF-8", 0);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw new SelectorException("Half of a character (an unpaired surrogate)", i);
            }
        }
    }

    private static String normalized(List<Token> tokens) {
        StringBuilder normalized = new StringBuilder();
        TokenType previous = TokenType.OPEN;
        for (Token token : tokens) {
            TokenType type = token.type();
            if (type == TokenType.END) {
                break;
            }
            if (previous != TokenType.OPEN && type != TokenType.CLOSE && type != TokenType.COMMA) {
                normalized.append(' ');
            }
            normalized.append(token.source());
            previous = type;
        }
        return normalized.toString();
    }

    /** Selectors are equal if their normalized texts are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Selector selector && text.equals(selector.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
