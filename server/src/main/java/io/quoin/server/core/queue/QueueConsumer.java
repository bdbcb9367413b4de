// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * One consumer of a {@link MessageQueue}, with its credit. Created by the broker, attached to one queue at a time.
 *
 * <p>Credit is counted in totals since the consumer was opened: it has credit while both totals delivered are below their
 * limits, so one message may go past the limit in bytes. Limits change only by {@link MessageQueue#credit}.
 *
 * <p>Thread: confined to the owner of the core.
 */
public final class QueueConsumer {
    private final Object owner;
    private final @Nullable MessageFilter filter;
    private final int priority;

    long limitMessages;
    long limitBytes;
    long deliveredMessages;
    long deliveredBytes;

    /** Set while attached. */
    @Nullable
    Selection selection;

    /** Neighbours among the consumers of the same selection and priority that have credit; both null outside. */
    @Nullable
    QueueConsumer nextWithCredit;

    @Nullable
    QueueConsumer previousWithCredit;

    /**
     * @param owner whatever the broker wants to find again when a message is delivered
     * @param filter the consumer's selector; null: every message
     * @param priority consumers of a higher priority are served first, as long as they have credit; usually 0
     * @param identity finds the slots of message groups whose home it is: a consumer that comes back has the same again
     */
    public QueueConsumer(Object owner, @Nullable MessageFilter filter, int priority, long identity) {
        this.owner = owner;
        this.filter = filter;
        this.priority = priority;
        this.identity = identity;
    }

    /** What the broker gave to the constructor. */
    public Object owner() {
        return owner;
    }

    /** The selector; null: every message. */
    public @Nullable MessageFilter filter() {
        return filter;
    }

    /** Consumers of a higher priority are served first. */
    public int priority() {
        return priority;
    }

    /** Messages delivered since the consumer was opened: also the tag of the last delivery, if tags count from 1. */
    public long deliveredMessages() {
        return deliveredMessages;
    }

    /** Bytes of messages delivered since the consumer was opened. */
    public long deliveredBytes() {
        return deliveredBytes;
    }

    /** Total number of messages that may have been delivered. */
    public long limitMessages() {
        return limitMessages;
    }

    /** Total number of bytes at which delivery pauses. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Stands for the consumer in rendezvous hashing. */
    long identity;
    /** Slots in use whose home this is, if {@link #homesEpoch} is the present one; see {@link SlotHomes}. */
    int homes;

    int homesEpoch;
    /** Whether the slots that it is home to are told. */
    boolean watchesSlots;
    /** Lists of slots that this consumer holds and that wait for its credit. */
    final SlotHeap parked = new SlotHeap();

    boolean hasCredit() {
        return deliveredMessages < limitMessages && deliveredBytes < limitBytes;
    }
}
