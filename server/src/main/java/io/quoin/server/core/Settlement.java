// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.model.RecordType;
import java.util.HashSet;
import java.util.Set;

/**
 * What becomes of deliveries: acknowledged, or back in their places, certainly or perhaps seen by the application
 * (architecture: delivery counts).
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Settlement {

    private final Now now;
    private final RangeWriter ranges;
    private final DeadLetters deadLetters;
    private final ReadySources ready;
    private final Timers timers;
    private final MessageRef found = new MessageRef();

    Settlement(Now now, RangeWriter ranges, DeadLetters deadLetters, ReadySources ready, Timers timers) {
        this.now = now;
        this.ranges = ranges;
        this.deadLetters = deadLetters;
        this.ready = ready;
        this.timers = timers;
    }

    /** Records the acknowledgement of what is out among these tags, and is done with it. */
    void acknowledge(Consumer consumer, long firstTag, long lastTag) {
        Deliveries deliveries = consumer.deliveries();
        ranges.begin(RecordType.ACK, consumer.source(), 0);
        long last = Math.min(lastTag, deliveries.last());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
                deliveries.done(tag);
            }
        }
        ranges.end();
    }

    /** Records the acknowledgement of what a transaction has acknowledged of a consumer. */
    void acknowledge(HeldTags held) {
        Consumer consumer = held.consumer();
        Deliveries deliveries = consumer.deliveries();
        ranges.begin(RecordType.ACK, consumer.source(), 0);
        for (int range = 0; range < held.ranges(); range++) {
            for (long tag = held.first(range); tag <= held.last(range); tag++) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
                deliveries.done(tag);
            }
        }
        ranges.end();
    }

    /** Puts back what a transaction, which is no more, has acknowledged of another session's consumer. */
    void giveBack(HeldTags held, boolean lost) {
        Consumer consumer = held.consumer();
        Deliveries deliveries = consumer.deliveries();
        for (int range = 0; range < held.ranges(); range++) {
            long first = held.first(range);
            long last = held.last(range);
            deliveries.release(first, last);
            if (lost) {
                recordDelivery(consumer, first, last, 0);
                giveBackWithGroup(consumer, first, last, false);
            } else {
                giveBackWithGroup(consumer, first, last, true);
            }
        }
    }

    /** Moves what is out among these tags to the dead letters; what is a dead letter already stays one, where it is. */
    void reject(Consumer consumer, long firstTag, long lastTag) {
        if (DeadLetters.hold(consumer.source())) {
            giveBack(consumer, firstTag, lastTag, true);
            return;
        }
        Deliveries deliveries = consumer.deliveries();
        long last = Math.min(lastTag, deliveries.last());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                deadLetter(
                        consumer,
                        tag,
                        "rejected by its consumer in " + consumer.source().description());
                deliveries.done(tag);
            }
        }
    }

    /** Puts what is out among these tags back, as delivered in vain or as not delivered. */
    void giveBack(Consumer consumer, long firstTag, long lastTag, boolean counted) {
        long last = Math.min(lastTag, consumer.deliveries().last());
        long first = Math.max(firstTag, consumer.deliveries().first());
        if (counted) {
            recordDelivery(consumer, first, last, 1);
        }
        putBack(consumer, first, last, counted ? heldUntilMs(consumer) : 0);
    }

    /**
     * The same, and with each message what the consumer was sent after it of its group, uncounted: nothing of a group may
     * stay with the consumer while an earlier one goes out anew.
     */
    void giveBackWithGroup(Consumer consumer, long firstTag, long lastTag, boolean counted) {
        Deliveries deliveries = consumer.deliveries();
        Set<Integer> groups = new HashSet<>();
        long first = Math.max(firstTag, deliveries.first());
        for (long tag = first; tag <= Math.min(lastTag, deliveries.last()); tag++) {
            if (deliveries.isOut(tag) && isGrouped(consumer, tag)) {
                groups.add(found.groupHash());
            }
        }
        giveBack(consumer, firstTag, lastTag, counted);
        if (groups.isEmpty()) {
            return;
        }
        long end = deliveries.last();
        for (long tag = Math.max(first, deliveries.first()); tag <= end; tag++) {
            if (deliveries.isOut(tag) && isGrouped(consumer, tag) && groups.contains(found.groupHash())) {
                giveBack(consumer, tag, tag, false);
            }
        }
    }

    private boolean isGrouped(Consumer consumer, long tag) {
        Deliveries deliveries = consumer.deliveries();
        return consumer.source().messages().find(deliveries.priority(tag), deliveries.arrival(tag), found)
                && found.grouped();
    }

    /** Puts everything of the consumer back: what was handed out counts as delivered, the rest does not. */
    void giveBackAll(Consumer consumer) {
        Deliveries deliveries = consumer.deliveries();
        deliveries.releaseHeld();
        long handedOut = consumer.handedOut();
        long last = deliveries.last();
        giveBack(consumer, deliveries.first(), handedOut, true);
        giveBack(consumer, handedOut + 1, last, false);
    }

    /**
     * Puts everything of a lost consumer back. What the client had named before handing it out counts as delivered; of the
     * rest nobody knows, so it is flagged and not counted.
     */
    void giveBackLost(Consumer consumer) {
        Deliveries deliveries = consumer.deliveries();
        deliveries.releaseHeld();
        long named = consumer.handing();
        long first = deliveries.first();
        long last = deliveries.last();
        if (deliveries.isOut(named)) {
            recordDelivery(consumer, first, named - 1, 0);
            recordDelivery(consumer, named, named, 1);
            recordDelivery(consumer, named + 1, last, 0);
            putBack(consumer, named, named, heldUntilMs(consumer));
        } else {
            recordDelivery(consumer, first, last, 0);
        }
        putBack(consumer, deliveries.first(), last, 0);
    }

    /**
     * Messages that were acknowledged in a transaction which is undone are back in their places, or among the dead letters.
     *
     * @param delta 1 if they count as delivered, 0 if they are only flagged
     */
    void giveBack(HeldMessages held, Sources sources, int delta) {
        for (int i = 0; i < held.size(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source != null) {
                ranges.begin(RecordType.COUNTED, source, delta);
                for (int at = i; at < end; at++) {
                    ranges.add(held.priority(at), held.arrival(at));
                }
                ranges.end();
                long heldUntilMs = delta == 0 ? 0 : heldUntilMs(source);
                for (int at = i; at < end; at++) {
                    putBack(source, held.priority(at), held.arrival(at), heldUntilMs);
                }
                returned(source);
            }
            i = end;
        }
    }

    private void putBack(Source source, int priority, long arrival, long heldUntilMs) {
        MessageQueue messages = source.messages();
        if (!messages.find(priority, arrival, found)) {
            return;
        }
        // Out at nobody, so that it waits for nobody while it is on its way to the dead letters.
        messages.hold(priority, arrival);
        int max = DeadLetters.maxDeliveries(source);
        if (max > 0 && found.certainDeliveries() >= max) {
            deadLetters.move(source, priority, arrival, found.length(), tooOften(source));
        } else {
            messages.putBack(priority, arrival, heldUntilMs);
        }
    }

    /** Records a delivery of what is here among these tags: certain if {@code delta} is 1, uncertain if it is 0. */
    private void recordDelivery(Consumer consumer, long first, long last, int delta) {
        Deliveries deliveries = consumer.deliveries();
        ranges.begin(RecordType.COUNTED, consumer.source(), delta);
        for (long tag = Math.max(first, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
            }
        }
        ranges.end();
    }

    private void putBack(Consumer consumer, long first, long last, long heldUntilMs) {
        Deliveries deliveries = consumer.deliveries();
        Source source = consumer.source();
        MessageQueue messages = source.messages();
        int max = DeadLetters.maxDeliveries(source);
        for (long tag = Math.max(first, deliveries.first()); tag <= last; tag++) {
            if (!deliveries.isOut(tag)) {
                continue;
            }
            int priority = deliveries.priority(tag);
            long arrival = deliveries.arrival(tag);
            if (max > 0 && certainDeliveries(source, priority, arrival) >= max) {
                deadLetter(consumer, tag, tooOften(source));
            } else {
                messages.putBack(priority, arrival, heldUntilMs);
            }
            deliveries.done(tag);
        }
        returned(source);
    }

    /** What came back may be handed out, or wait for its time, and may expire while it does. */
    private void returned(Source source) {
        long nextMs = source.messages().nextDeadlineMs();
        if (nextMs != Long.MAX_VALUE) {
            timers.touch(source, nextMs);
        }
        ready.add(source);
    }

    /** Deliveries of a message that count; 0 if it is gone. */
    int certainDeliveries(Source source, int priority, long arrival) {
        return source.messages().find(priority, arrival, found) ? found.certainDeliveries() : 0;
    }

    /** The reason of a dead letter that has reached {@code maxDeliveries}. */
    static String tooOften(Source source) {
        return "delivered " + source.options().maxDeliveries() + " times in vain in " + source.description();
    }

    private void deadLetter(Consumer consumer, long tag, String reason) {
        Deliveries deliveries = consumer.deliveries();
        deadLetters.move(
                consumer.source(), deliveries.priority(tag), deliveries.arrival(tag), deliveries.length(tag), reason);
    }

    private long heldUntilMs(Consumer consumer) {
        return heldUntilMs(consumer.source());
    }

    private long heldUntilMs(Source source) {
        long delay = source.options().redeliveryDelayMs();
        return delay == 0 ? 0 : now.wallMs() + delay;
    }
}
