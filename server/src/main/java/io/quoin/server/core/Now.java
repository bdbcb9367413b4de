// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * The time of the step that the owner is in. The core reads no clock: whoever drives it says what time it is.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Now {

    private long wallMs;
    private long monotonicMs;

    void set(long newWallMs, long nanos) {
        wallMs = newWallMs;
        monotonicMs = nanos / 1_000_000;
    }

    /** The server's clock: what expiry and delays go by, and what records hold. */
    long wallMs() {
        return wallMs;
    }

    /** Never jumps: what grace and patience go by. */
    long monotonicMs() {
        return monotonicMs;
    }
}
