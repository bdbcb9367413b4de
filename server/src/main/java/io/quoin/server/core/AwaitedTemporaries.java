// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Temporary destinations after a restart. Their owners make them again when they come back, but whoever answers a request
 * may be back earlier: what it sends waits in a destination without an owner, for as long as a session has to come back
 * after a restart.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class AwaitedTemporaries {

    static final long GRACE_MS = 10_000;

    private final Now now;
    private boolean isOpen;
    private long untilMs;

    /** Those without an owner so far, by name. */
    private final Map<String, Destination> awaited = new HashMap<>();
    /** Those whose owners have come: once deleted, they are not awaited. */
    private final Set<String> claimed = new HashSet<>();

    AwaitedTemporaries(Now now) {
        this.now = now;
    }

    /** The server has started again on data that it had. */
    void restarted() {
        isOpen = true;
        untilMs = now.monotonicMs() + GRACE_MS;
    }

    /** Whether the owner of a temporary destination that does not exist may still come and make it. */
    boolean mayCome(String name) {
        return isOpen && now.monotonicMs() < untilMs && !claimed.contains(name);
    }

    /** Keeps a destination for its owner. */
    void await(Destination destination) {
        awaited.put(destination.name(), destination);
    }

    /** The owner has made it, or has taken it over. */
    void claimed(String name) {
        if (isOpen) {
            awaited.remove(name);
            claimed.add(name);
        }
    }

    /** When the time is over, removes what nobody came for; returns how much was done. */
    int tick(DestinationResolver resolver) {
        if (!isOpen || now.monotonicMs() < untilMs) {
            return 0;
        }
        int work = awaited.size();
        awaited.values().forEach(resolver::remove);
        awaited.clear();
        claimed.clear();
        isOpen = false;
        return work;
    }

    /** When {@link #tick} has something to do, on the monotonic clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        return isOpen ? untilMs : Long.MAX_VALUE;
    }
}
