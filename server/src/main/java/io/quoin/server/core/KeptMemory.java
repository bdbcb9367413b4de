// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * The memory that all open transactions together keep of what they have sent. Each of them is small, but there may be as many
 * as there are sessions.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class KeptMemory {

    private final long bytesMax;
    private long bytes;

    KeptMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Whether no more should be kept. */
    boolean isFull() {
        return bytes >= bytesMax;
    }

    long bytesMax() {
        return bytesMax;
    }

    /** Memory that is taken now. */
    long bytes() {
        return bytes;
    }

    void taken(long more) {
        bytes += more;
    }

    void released(long less) {
        bytes -= less;
    }
}
