// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.selector.Operand.Literal;
import io.quoin.server.core.selector.Operand.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A message selector (Jakarta Messaging 3.1 §3.8.1), parsed and checked once, then tested against many messages.
 *
 * <p>Thread: confined to one at a time, as its nodes hold the registers of an evaluation. An evaluation allocates nothing; its time is bounded by the number of
 * nodes and by the length of the strings that they compare.
 */
public final class Selector {
    /** The length of a selector in UTF-8. */
    public static final int TEXT_BYTES_MAX = 4096;

    /** No selector: every message matches. */
    public static final Selector NONE = new Selector("", new Condition.Constant(Truth.TRUE), false);

    private final String text;
    private final Condition condition;
    private final boolean dependsOnDeliveryCount;
    private final MessageSelectorInput input = new MessageSelectorInput();

    private Selector(String text, Condition condition, boolean dependsOnDeliveryCount) {
        this.text = text;
        this.condition = condition;
        this.dependsOnDeliveryCount = dependsOnDeliveryCount;
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
        if (!fits(text)) {
            throw new SelectorException("A selector may have at most " + TEXT_BYTES_MAX + " bytes of UTF-8", 0);
        }
        List<Token> tokens = Lexer.tokens(text);
        if (tokens.size() == 1) {
            return NONE;
        }
        boolean counts = tokens.stream()
                .anyMatch(token ->
                        token.is(TokenType.IDENTIFIER) && token.source().equals(Identifier.DELIVERY_COUNT));
        return new Selector(normalized(tokens), Parser.parse(tokens), counts);
    }

    /**
     * Whether a message matches: the condition is true, neither false nor unknown.
     *
     * @param message verified
     * @param deliveryCount what JMSXDeliveryCount is to be: 1 if it has never been delivered
     */
    public boolean matches(MessageView message, int deliveryCount) {
        return matches(message, deliveryCount, null, 0);
    }

    /**
     * As above, of a message to which the server has added something, which outranks properties of the same names.
     *
     * @param annotations encoded as in DELIVER, from the absolute index {@code annotationsAt}; null for nothing
     */
    public boolean matches(
            MessageView message, int deliveryCount, @Nullable ByteBuffer annotations, int annotationsAt) {
        // First, so that NONE, which everybody shares, holds no message.
        return matchesAll() || matches(input.wrap(message, deliveryCount, annotations, annotationsAt));
    }

    /** As {@link #matches(MessageView, int)}, of a message that has never been delivered. */
    public boolean matches(MessageView message) {
        return matches(message, 1);
    }

    /** Whether a message matches that is in some other form. */
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
     * The selector with keywords in upper case and spaces in the same places, so that texts which differ only in these are the same; empty for no selector. It is
     * within the limits whenever the text was, and parsing it gives an equal selector.
     */
    public String normalizedText() {
        return text;
    }

    /** Whether JMSXDeliveryCount is in it, so that the same message can match at one time and not at another. */
    public boolean dependsOnDeliveryCount() {
        return dependsOnDeliveryCount;
    }

    /**
     * The conjuncts {@code identifier = literal} (in either order) at the top of the selector, whose identifier stands for something that does not change: a message
     * for which one of them does not hold does not match.
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
        if (left instanceof Reference reference
                && right instanceof Literal literal
                && !reference.identifier().isDeliveryCount()) {
            Value value = literal.value();
            switch (value.kind()) {
                case STRING ->
                    terms.add(new EqualityTerm(
                            reference.identifier(),
                            Objects.requireNonNull(Utf8.decode(value.bytes(), value.offset(), value.length()))));
                case EXACT -> terms.add(new EqualityTerm(reference.identifier(), value.exact()));
                case APPROXIMATE -> terms.add(new EqualityTerm(reference.identifier(), value.approximate()));
                case BOOLEAN -> terms.add(new EqualityTerm(reference.identifier(), value.isTrue()));
                case NULL -> {
                    // Of no use to an index.
                }
            }
        }
    }

    private static boolean fits(String text) {
        return text.length() <= TEXT_BYTES_MAX && Utf8.bytes(text).length <= TEXT_BYTES_MAX;
    }

    /** Spaced for reading, unless that would exceed the limit: the result has to be a selector itself. */
    private static String normalized(List<Token> tokens) {
        String spaced = join(tokens, Selector::isSpaceNice);
        return fits(spaced) ? spaced : join(tokens, Selector::isSpaceNeeded);
    }

    private static String join(List<Token> tokens, BiPredicate<TokenType, TokenType> spaceBetween) {
        StringBuilder joined = new StringBuilder();
        TokenType previous = TokenType.OPEN;
        for (Token token : tokens) {
            if (spaceBetween.test(previous, token.type())) {
                joined.append(' ');
            }
            joined.append(token.source());
            previous = token.type();
        }
        return joined.toString();
    }

    private static boolean isSpaceNice(TokenType left, TokenType right) {
        return left != TokenType.OPEN && right != TokenType.CLOSE && right != TokenType.COMMA && right != TokenType.END;
    }

    /** Words and numbers would run into each other. */
    private static boolean isSpaceNeeded(TokenType left, TokenType right) {
        return left.isWord() && right.isWord();
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
