// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.quoin.protocol.ErrorCode;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Limits what those can take who have not shown who they are: how many they are, how many from one address, and how long
 * they may take. Connections come in at one end and time runs out at the other, so the oldest is always the next to go.
 *
 * <p>Thread: confined to the event loop.
 */
final class Doorkeeper {

    /** One connection, as the doorkeeper sees it. */
    interface Guest {
        InetAddress address();

        /** Ends the connection with that error. */
        void turnAway(ErrorCode code, String text);
    }

    private final int connectionsMax;
    private final int waitingMax;
    private final int perAddressMax;
    private final long timeoutNs;
    private final LinkedHashMap<Guest, Long> waitingSinceNs = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> waitingByAddress = new HashMap<>();
    private int connections;

    /**
     * @param connectionsMax all connections
     * @param waitingMax those not yet open
     * @param perAddressMax those not yet open of one address; loopback is exempt
     * @param timeoutNs from accepted to open
     */
    Doorkeeper(int connectionsMax, int waitingMax, int perAddressMax, long timeoutNs) {
        this.connectionsMax = connectionsMax;
        this.waitingMax = waitingMax;
        this.perAddressMax = perAddressMax;
        this.timeoutNs = timeoutNs;
    }

    /**
     * A connection was accepted.
     *
     * @return false if it must be closed at once; it then counts for nothing
     */
    boolean arrived(Guest guest, long nowNs) {
        boolean local = guest.address().isLoopbackAddress();
        if (connections >= connectionsMax
                || (!local && waitingByAddress.getOrDefault(guest.address(), 0) >= perAddressMax)) {
            return false;
        }
        if (waitingSinceNs.size() >= waitingMax) {
            Guest oldest = waitingSinceNs.keySet().iterator().next();
            leaveQueue(oldest);
            oldest.turnAway(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "More than " + waitingMax + " connections are being set up, and this was the oldest of them.");
        }
        connections++;
        waitingSinceNs.put(guest, nowNs);
        waitingByAddress.merge(guest.address(), 1, Integer::sum);
        return true;
    }

    /** The connection has shown who it is. */
    void opened(Guest guest) {
        leaveQueue(guest);
    }

    /** The connection has ended, in whatever state; only for those that {@link #arrived} let in, once each. */
    void left(Guest guest) {
        connections--;
        leaveQueue(guest);
    }

    /** Turns away those whose time is up. */
    void expire(long nowNs) {
        while (!waitingSinceNs.isEmpty()) {
            Map.Entry<Guest, Long> oldest = waitingSinceNs.entrySet().iterator().next();
            if (nowNs - oldest.getValue() < timeoutNs) {
                return;
            }
            Guest guest = oldest.getKey();
            leaveQueue(guest);
            guest.turnAway(
                    ErrorCode.HANDSHAKE_TIMEOUT,
                    "The connection was not set up within " + timeoutNs / 1_000_000_000 + " s.");
        }
    }

    /** All connections. */
    int connections() {
        return connections;
    }

    /** Those that have not yet shown who they are. */
    int waiting() {
        return waitingSinceNs.size();
    }

    private void leaveQueue(Guest guest) {
        if (waitingSinceNs.remove(guest) != null) {
            waitingByAddress.computeIfPresent(guest.address(), (address, count) -> count == 1 ? null : count - 1);
        }
    }
}
