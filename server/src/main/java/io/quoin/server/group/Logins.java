// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.server.auth.FailedLogins;
import java.net.InetAddress;
import java.util.PriorityQueue;

/**
 * The log-ins of all connections: who has failed how often, and whose decision waits for its time.
 *
 * <p>Thread: the owner's.
 */
final class Logins {

    private final FailedLogins failed = new FailedLogins();
    /** The next one first; one whose connection has ended meanwhile is passed over. */
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>((a, b) -> Long.compare(a.atNs - b.atNs, 0));

    private record Waiting(ServerConnection connection, long atNs) {}

    /** A log-in from that address has failed. */
    void failed(InetAddress address, long nowNs) {
        failed.failed(address, nowNs);
    }

    /** As {@link FailedLogins#delayNs}. */
    long delayNs(InetAddress address, long nowNs) {
        return failed.delayNs(address, nowNs);
    }

    /** Has the connection's log-in decided at that time. */
    void decideAt(ServerConnection connection, long atNs) {
        waiting.add(new Waiting(connection, atNs));
    }

    /** Decides those whose time has come. */
    void decide(long nowNs) {
        for (Waiting next = waiting.peek(); next != null && next.atNs - nowNs <= 0; next = waiting.peek()) {
            waiting.remove();
            next.connection.decideLogin();
        }
    }

    /** When {@link #decide} has something to do; {@code never} if nobody waits. */
    long nextNs(long never) {
        Waiting next = waiting.peek();
        return next == null ? never : next.atNs;
    }
}
