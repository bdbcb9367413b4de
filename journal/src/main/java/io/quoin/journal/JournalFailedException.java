// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import org.jspecify.annotations.Nullable;

/**
 * A read, write or sync of the log failed, or an earlier one had. Nothing that was not confirmed before may be confirmed now:
 * what it was that reached the disk is known only to the next start. The process should end.
 */
public final class JournalFailedException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalFailedException(String message, @Nullable Throwable cause) {
        super(JournalError.FAILED, message, cause);
    }
}
