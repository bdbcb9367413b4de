// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The selectors that clients use, each with its meaning said a second time. */
public enum Selection {
    ALL(null, m -> true),
    RED("colour = 'red'", m -> m.colour().equals("red")),
    NOT_RED("NOT colour = 'red'", m -> !m.colour().equals("red")),
    LOW("number < 50", m -> m.number() < 50),
    WARM(
            "colour IN ('red', 'yellow') AND number BETWEEN 20 AND 80",
            m -> (m.colour().equals("red") || m.colour().equals("yellow")) && m.number() >= 20 && m.number() <= 80),
    URGENT(
            "JMSPriority > 4 OR colour LIKE 'b%'",
            m -> m.priority() > 4 || m.colour().startsWith("b"));

    /** The colours that messages have. */
    public static final String[] COLOURS = {"red", "yellow", "blue", "black"};

    private final @Nullable String text;
    private final Predicate<Sent.Wish> meaning;

    Selection(@Nullable String text, Predicate<Sent.Wish> meaning) {
        this.text = text;
        this.meaning = meaning;
    }

    /** As the server is given it; null for none. */
    public @Nullable String text() {
        return text;
    }

    boolean matches(Sent.Wish wish) {
        return meaning.test(wish);
    }

    static Selection of(@Nullable String text) {
        return Arrays.stream(values())
                .filter(s -> java.util.Objects.equals(s.text, text))
                .findFirst()
                .orElseThrow();
    }
}
