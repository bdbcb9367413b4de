// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/**
 * When to send a heartbeat and when to take the peer for lost, as pure arithmetic on times that the caller passes in.
 * Times are nanoseconds of one monotonic clock ({@link System#nanoTime}) and may be negative or wrap around.
 *
 * <p>Thread: any, it has no state.
 *
 * @param heartbeatNs a side that has sent nothing for this long sends HEARTBEAT
 * @param sessionTimeoutNs a side that has heard nothing for this long takes the peer for lost
 */
public record Heartbeats(long heartbeatNs, long sessionTimeoutNs) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    public Heartbeats {
        if (heartbeatNs <= 0 || sessionTimeoutNs <= heartbeatNs) {
            throw new IllegalArgumentException("A heartbeat every " + heartbeatNs
                    + " ns does not fit a session time-out of " + sessionTimeoutNs + " ns");
        }
    }

    /** As they were agreed in WELCOME. */
    public static Heartbeats ofMillis(long heartbeatMs, long sessionTimeoutMs) {
        return new Heartbeats(heartbeatMs * NANOS_PER_MILLI, sessionTimeoutMs * NANOS_PER_MILLI);
    }

    /**
     * The heartbeat that belongs to a session time-out: 3/7 of it, so that two heartbeats fall into a session time-out
     * with a seventh to spare, and one that is late or lost does no harm.
     */
    public static int heartbeatMs(int sessionTimeoutMs) {
        return Math.max(1, (int) (sessionTimeoutMs * 3L / 7));
    }

    /** Whether a HEARTBEAT has to be sent now. */
    public boolean isDue(long lastSentNs, long nowNs) {
        return nowNs - lastSentNs >= heartbeatNs;
    }

    /** Whether the peer has been silent for too long. */
    public boolean isPeerLost(long lastHeardNs, long nowNs) {
        return nowNs - lastHeardNs >= sessionTimeoutNs;
    }

    /** How long until one of the two has to be asked again; 0 if at once. */
    public long untilNextNs(long lastSentNs, long lastHeardNs, long nowNs) {
        long untilDueNs = heartbeatNs - (nowNs - lastSentNs);
        long untilLostNs = sessionTimeoutNs - (nowNs - lastHeardNs);
        return Math.max(0, Math.min(untilDueNs, untilLostNs));
    }
}
