// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

/** What is done with a branch. */
public enum XaAction {
    /** Nothing: the call is answered with the verdict's code. */
    NOTHING,
    /** Nothing: the call is answered with why the branch can only be rolled back. */
    SAY_WHY,
    BEGIN,
    JOIN,
    RESUME,
    SUSPEND,
    /** The session's work in it ends. */
    LEAVE,
    /** The session's work in it ends, and it can only be rolled back. */
    LEAVE_FAILED,
    /** The session's work in it ends; the call is answered with why the branch can only be rolled back. */
    LEAVE_AND_SAY_WHY,
    PREPARE,
    COMMIT_ONE_PHASE,
    COMMIT,
    ROLL_BACK,
    ROLL_BACK_PREPARED,
    /** The branch is undone and over; the call is answered with why. */
    ROLL_BACK_AND_SAY_WHY,
    FORGET
}
