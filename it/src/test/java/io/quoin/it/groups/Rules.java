// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

/**
 * What a checker asks beyond what it always asks.
 *
 * @param groupFirst whether the first message after a change of the group's consumer must say so
 * @param drained whether the history goes on until everything sent had been accepted, so that what was not is lost
 * @param acknowledgedWithinMs how long after a listener's return the server may not have heard of it: only a fault within this time excuses that the message comes again
 */
public record Rules(boolean groupFirst, boolean drained, long acknowledgedWithinMs) {
    /** Those of any provider. */
    public static final Rules PLAIN = new Rules(false, true, 2_000);

    /** Those of Quoin. */
    public static final Rules QUOIN = new Rules(true, true, 2_000);
}
