// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import org.jspecify.annotations.Nullable;

/** The store cannot do what was asked. The message is a sentence that says what failed, where, and what to do. */
public class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    private final JournalError error;

    public JournalException(JournalError error, String message) {
        this(error, message, null);
    }

    public JournalException(JournalError error, String message, @Nullable Throwable cause) {
        super("QN-" + error.number() + " " + message, cause);
        this.error = error;
    }

    public final JournalError error() {
        return error;
    }
}
