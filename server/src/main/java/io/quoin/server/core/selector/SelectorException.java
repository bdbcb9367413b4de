// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/** A selector text that is not in the language, or breaks one of its limits. Thrown when a selector is created, never when it is evaluated. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;

    SelectorException(String message, int position) {
        super(message + " (at position " + position + ")");
        this.position = position;
    }

    /** Where in the text, in UTF-16 characters from 0. The text's length when it ended too early. */
    public int position() {
        return position;
    }
}
