// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * What the index knows of one message, filled by {@link MessageQueue#find}; good until the queue changes.
 *
 * <p>Thread: confined to its user.
 */
public final class MessageRef {
    int priority;
    long arrival;
    long position;
    int length;
    int certainDeliveries;
    boolean doubted;
    boolean out;
    boolean held;
    boolean grouped;
    int groupHash;
    long expiresAtMs;

    /** 0 to 9. */
    public int priority() {
        return priority;
    }

    /** Its number in the queue; negative: volatile. */
    public long arrival() {
        return arrival;
    }

    /** Where its bytes are. */
    public long position() {
        return position;
    }

    /** Bytes of the message. */
    public int length() {
        return length;
    }

    /** Deliveries that count towards {@code maxDeliveries}, 0 to 255. */
    public int certainDeliveries() {
        return certainDeliveries;
    }

    /** Whether it may have been delivered besides. */
    public boolean doubted() {
        return doubted;
    }

    /** Whether it is handed out now. */
    public boolean isOut() {
        return out;
    }

    /** Whether it is out at nobody's credit: held by a branch, by doubt, or for a consumer that has reclaimed it. */
    public boolean isHeld() {
        return held;
    }

    /** Whether it has a group. */
    public boolean grouped() {
        return grouped;
    }

    /** The hash of its group id. */
    public int groupHash() {
        return groupHash;
    }

    /** Server's wall clock; 0: never. */
    public long expiresAtMs() {
        return expiresAtMs;
    }
}
