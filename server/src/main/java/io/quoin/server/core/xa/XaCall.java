// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

import org.jspecify.annotations.Nullable;

/** What a transaction manager can ask for, with the flag that changes its meaning. */
public enum XaCall {
    START,
    START_JOIN,
    START_RESUME,
    END_SUCCESS,
    END_FAIL,
    END_SUSPEND,
    PREPARE,
    COMMIT_ONE_PHASE,
    COMMIT,
    ROLLBACK,
    FORGET;

    /** The call with these flags; null if they mean none. */
    public static @Nullable XaCall start(int flags) {
        return switch (flags) {
            case XaCode.TM_NO_FLAGS -> START;
            case XaCode.TM_JOIN -> START_JOIN;
            case XaCode.TM_RESUME -> START_RESUME;
            default -> null;
        };
    }

    /** The call with these flags; null if they mean none. */
    public static @Nullable XaCall end(int flags) {
        return switch (flags) {
            case XaCode.TM_SUCCESS -> END_SUCCESS;
            case XaCode.TM_FAIL -> END_FAIL;
            case XaCode.TM_SUSPEND -> END_SUSPEND;
            default -> null;
        };
    }
}
