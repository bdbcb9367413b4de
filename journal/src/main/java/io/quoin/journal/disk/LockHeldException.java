// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

import java.io.IOException;

/** Somebody else holds the lock. */
public final class LockHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    public LockHeldException(String path, String holder) {
        super(path + " is held by " + holder);
        this.holder = holder;
    }

    /** What the holder wrote about itself, or "another process" if it cannot be read. */
    public String holder() {
        return holder;
    }
}
