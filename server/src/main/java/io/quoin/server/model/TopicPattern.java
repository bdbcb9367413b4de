// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The name of a topic with wildcards, which only subscribers may use: {@code .} separates words, {@code *} stands for exactly
 * one word, and {@code >} at the end for one or more. A word that merely contains one of these is an ordinary word.
 */
public final class TopicPattern {

    private static final String ONE = "*";
    private static final String REST = ">";

    private final String text;
    private final String[] words;
    private final boolean isOpen;

    private TopicPattern(String text, String[] words, boolean isOpen) {
        this.text = text;
        this.words = words;
        this.isOpen = isOpen;
    }

    /**
     * The pattern of that name, or null for an ordinary name.
     *
     * @throws Refusal if it is a pattern that means nothing
     */
    public static @Nullable TopicPattern find(String name) throws Refusal {
        if (name.indexOf('*') < 0 && name.indexOf('>') < 0) {
            return null;
        }
        String[] words = split(name);
        boolean isPattern = false;
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals(REST) && i < words.length - 1) {
                throw new Refusal(
                        ErrorCode.INVALID_NAME,
                        "The topic pattern " + name + " has a '>' before its end: it stands for all that follows");
            }
            isPattern |= words[i].equals(ONE) || words[i].equals(REST);
        }
        return isPattern ? new TopicPattern(Names.check(name), words, words[words.length - 1].equals(REST)) : null;
    }

    /** A pattern that a record holds. */
    public static TopicPattern of(String name) {
        String[] words = split(name);
        return new TopicPattern(name, words, words[words.length - 1].equals(REST));
    }

    /** Whether a topic of that name is meant. What is reserved is never. */
    public boolean matches(String topic) {
        if (topic.startsWith(Names.RESERVED_PREFIX)) {
            return false;
        }
        int exact = isOpen ? words.length - 1 : words.length;
        int from = 0;
        for (int i = 0; i < exact; i++) {
            if (from > topic.length()) {
                return false;
            }
            int dot = topic.indexOf('.', from);
            int to = dot < 0 ? topic.length() : dot;
            if (!words[i].equals(ONE) && !isWord(words[i], topic, from, to)) {
                return false;
            }
            from = to + 1;
        }
        return isOpen == from <= topic.length();
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    private static boolean isWord(String word, String topic, int from, int to) {
        return word.length() == to - from && topic.startsWith(word, from);
    }

    private static String[] split(String name) {
        return name.split("\\.", -1);
    }

    @Override
    public String toString() {
        return text;
    }
}
