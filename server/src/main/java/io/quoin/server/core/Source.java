// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.QueueStats;
import io.quoin.server.model.DestinationOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * What consumers consume from: a queue, or a subscription of a topic.
 *
 * <p>Thread: confined to the owner of the group.
 */
abstract sealed class Source permits Queue, Subscription {

    private final int number;
    private final MessageQueue messages;
    private final List<Consumer> consumers = new ArrayList<>();
    /** Whether it waits in {@link ReadySources}. */
    private boolean isListed;
    /** Whether it has been removed: what still points here finds nothing. */
    private boolean isGone;

    private boolean changesHands;
    private int draining;
    /** How many of its messages are {@link HeldBack}. */
    private long heldBack;

    private int timerIndex = -1;
    private long timerAtMs;

    Source(int number, MessageQueue messages) {
        this.number = number;
        this.messages = messages;
    }

    /** The number in records: positive for durable state, negative for volatile. */
    public final int number() {
        return number;
    }

    /** Whether it survives a restart, with the persistent messages in it. */
    public final boolean isDurable() {
        return number > 0;
    }

    /** Whether messages are handed out only within permits. */
    final boolean isStrict() {
        return options().delivery().strict();
    }

    final MessageQueue messages() {
        return messages;
    }

    /** Counts at this moment, with consumers that are not served for now. */
    final QueueStats stats() {
        QueueStats stats = messages.stats();
        return new QueueStats(
                stats.depth(),
                out(),
                stats.delayed(),
                stats.volatileDepth(),
                stats.bytes(),
                consumers.size(),
                stats.inDoubt());
    }

    /** Messages that were handed out and are not settled. */
    final long out() {
        return messages.out() - heldBack();
    }

    /** Messages that are kept for consumers that may come back after the server's stop; see {@link AwaitedConsumers}. */
    final long heldBack() {
        return Math.min(heldBack, messages.out()); // some may have been purged
    }

    final void heldBack(long count) {
        heldBack = count;
    }

    /** The open consumers. */
    final List<Consumer> consumers() {
        return consumers;
    }

    final boolean isListed() {
        return isListed;
    }

    final void listed(boolean listed) {
        isListed = listed;
    }

    public final boolean isGone() {
        return isGone;
    }

    final void gone() {
        isGone = true;
    }

    /** Whether a consumer is to take over as soon as nothing is out; see {@link Exclusivity}. */
    final boolean changesHands() {
        return changesHands;
    }

    final void changesHands(boolean nowChangesHands) {
        changesHands = nowChangesHands;
    }

    /** How many of its consumers wait for the end of what there is. */
    final int draining() {
        return draining;
    }

    final void draining(int change) {
        draining += change;
    }

    /** Its place in {@link Timers}; -1 if it is not there. */
    final int timerIndex() {
        return timerIndex;
    }

    final void timerIndex(int index) {
        timerIndex = index;
    }

    final long timerAtMs() {
        return timerAtMs;
    }

    final void timerAtMs(long atMs) {
        timerAtMs = atMs;
    }

    /** Options of the queue or topic. */
    abstract DestinationOptions options();

    /** Name of the queue or topic: dead letters go to the queue of that name with {@code DLQ.} before it. */
    abstract String destinationName();

    /** For sentences: {@code Queue orders}. */
    abstract String description();
}
