// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The state of a connection, the same at both ends but for what is on the way. Which frames are legal in which state is
 * in {@link FrameType}.
 */
public enum ConnectionState {
    /** The socket is open, nothing has been agreed. */
    NEW(1),
    /** The client proves who it is. */
    AUTH(2),
    /** In use. */
    OPEN(4),
    /** The client has said goodbye; the server finishes its sessions. */
    CLOSING(8),
    /** The end: nothing may be sent any more. */
    CLOSED(16);

    private static final Map<ConnectionState, Set<ConnectionState>> NEXT = new EnumMap<>(Map.of(
            NEW, EnumSet.of(AUTH, OPEN, CLOSED),
            AUTH, EnumSet.of(OPEN, CLOSED),
            OPEN, EnumSet.of(CLOSING, CLOSED),
            CLOSING, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(ConnectionState.class)));

    private final int bit;

    ConnectionState(int bit) {
        this.bit = bit;
    }

    /** In the sets of {@link FrameType}. */
    int bit() {
        return bit;
    }

    /** Whether a connection may go from this state to {@code next} in one step. */
    public boolean mayBecome(ConnectionState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /**
     * The only way from one state to another: {@code state = state.become(OPEN)}.
     *
     * @throws IllegalStateException if there is no such transition, which is a fault of the caller and not of the peer
     */
    public ConnectionState become(ConnectionState next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + this + " to " + next);
        }
        return next;
    }

    /** Whether the peer has not yet shown who it is, so that frames are held to {@link ProtocolLimits#UNTRUSTED_FRAME_BYTES}. */
    public boolean isUntrusted() {
        return this == NEW || this == AUTH;
    }
}
