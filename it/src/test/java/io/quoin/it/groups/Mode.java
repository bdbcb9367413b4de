// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import jakarta.jms.Session;

/** How a session of a consumer acknowledges. */
enum Mode {
    AUTO(Session.AUTO_ACKNOWLEDGE),
    DUPS_OK(Session.DUPS_OK_ACKNOWLEDGE),
    CLIENT(Session.CLIENT_ACKNOWLEDGE),
    TRANSACTED(Session.SESSION_TRANSACTED),
    /** Message by message; not of the standard, but the number is that of several providers. */
    INDIVIDUAL(101);

    final int sessionMode;

    Mode(int sessionMode) {
        this.sessionMode = sessionMode;
    }

    /** Whether the session acknowledges by itself when a listener returns. */
    boolean automatic() {
        return this == AUTO || this == DUPS_OK;
    }
}
