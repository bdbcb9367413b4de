// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

/** A branch as it looks from the session that calls; from none, for calls on a connection. */
public enum BranchView {
    /** There is no such branch, or no more. */
    UNKNOWN,
    /** The session works in it. */
    ACTIVE_HERE,
    /** The session has suspended its work in it. */
    SUSPENDED_HERE,
    /** Other sessions work in it, or have suspended their work, and this one has nothing to do with it. */
    ACTIVE_ELSEWHERE,
    /** All sessions have ended their work in it. */
    IDLE,
    /** As ACTIVE_HERE, but it can only be rolled back. */
    FAILED_HERE,
    /** As SUSPENDED_HERE, but it can only be rolled back. */
    FAILED_SUSPENDED,
    /** As ACTIVE_ELSEWHERE, but it can only be rolled back. */
    FAILED_ELSEWHERE,
    /** As IDLE, but it can only be rolled back. */
    FAILED,
    PREPARED,
    /** An administrator has committed it. */
    DECIDED_COMMIT,
    /** An administrator has rolled it back. */
    DECIDED_ROLLBACK
}
