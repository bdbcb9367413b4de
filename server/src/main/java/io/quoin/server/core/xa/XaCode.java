// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

/** What {@code javax.transaction.xa.XAResource} returns, and the error codes of its {@code XAException}; and its flags. */
public final class XaCode {

    public static final int OK = 0;
    /** To prepare: the branch had no work, and is over. */
    public static final int READ_ONLY = 3;

    public static final int HEURISTIC_ROLLBACK = 6;
    public static final int HEURISTIC_COMMIT = 7;

    public static final int ROLLED_BACK = 100;
    /** The connection of a session that worked in the branch was lost. */
    public static final int ROLLED_BACK_BY_LOSS = 101;

    public static final int ROLLED_BACK_FOR_OTHER_REASONS = 104;
    public static final int ROLLED_BACK_BY_TIMEOUT = 106;

    /** The server could not do it. */
    public static final int RESOURCE_ERROR = -3;

    public static final int UNKNOWN_BRANCH = -4;
    public static final int INVALID_ARGUMENTS = -5;
    public static final int PROTOCOL_ERROR = -6;
    public static final int DUPLICATE_XID = -8;

    public static final int TM_NO_FLAGS = 0;
    public static final int TM_JOIN = 0x00200000;
    public static final int TM_SUSPEND = 0x02000000;
    public static final int TM_SUCCESS = 0x04000000;
    public static final int TM_RESUME = 0x08000000;
    public static final int TM_FAIL = 0x20000000;

    private XaCode() {}

    /** Whether the code says that the branch is, or will be, rolled back. */
    public static boolean isRollback(int code) {
        return code >= ROLLED_BACK && code <= 107;
    }
}
