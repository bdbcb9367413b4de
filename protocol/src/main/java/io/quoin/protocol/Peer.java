// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** An end of a connection. */
public enum Peer {
    CLIENT(1),
    SERVER(2);

    private final int bit;

    Peer(int bit) {
        this.bit = bit;
    }

    /** In the sets of {@link FrameType}. */
    int bit() {
        return bit;
    }

    /** The end that a frame sent by this one arrives at. */
    public Peer other() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
