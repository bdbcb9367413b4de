// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

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

    private final RangeWriter ranges;
    private final DeadLetters deadLetters;
    private final ReadySources ready;
    private final Timers timers;
    private final Redelivery redelivery;
    private final Permits permits;
    private final Doubts doubts;
    private final MessageRef found = new MessageRef();

    Settlement(
            RangeWriter ranges,
            DeadLetters deadLetters,
            ReadySources ready,
            Timers timers,
            Redelivery redelivery,
            Permits permits,
            Doubts doubts) {
        this.permits = permits;
        this.doubts = doubts;
        this.redelivery = redelivery;
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
        permits.changed(consumer.source());
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
        permits.changed(consumer.source());
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
                if (consumer.source().isStrict()) {
                    doubts.lost(consumer, first, last);
                }
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
        permits.returned(consumer, first, last);
        putBack(consumer, first, last, counted);
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
     * rest nobody knows, so it is flagged and not counted. Where delivery is strict, what may have been handed out does not go
     * back but is in doubt, and the rest was certainly not seen.
     */
    void giveBackLost(Consumer consumer) {
        Deliveries deliveries = consumer.deliveries();
        deliveries.releaseHeld();
        Set<Long> named = consumer.hands().out(deliveries);
        if (consumer.source().isStrict()) {
            recordLoss(consumer, named, deliveries.permittedTo());
            doubts.lost(consumer, deliveries.first(), deliveries.last());
            putBack(consumer, deliveries.first(), deliveries.last(), false);
            return;
        }
        recordLoss(consumer, named, deliveries.last());
        for (long tag : named) {
            putBack(consumer, tag, tag, true);
        }
        putBack(consumer, deliveries.first(), deliveries.last(), false);
    }

    /** The server stops: as if the consumer were lost, save that it may come back for what it was permitted. */
    void giveBackStopped(Consumer consumer) {
        consumer.hands().clear();
        if (consumer.source().isStrict()) {
            consumer.deliveries().releaseHeld();
            putBack(
                    consumer,
                    consumer.deliveries().permittedTo() + 1,
                    consumer.deliveries().last(),
                    false);
        } else {
            giveBackLost(consumer);
        }
    }

    private void recordLoss(Consumer consumer, Set<Long> named, long lastTag) {
        Deliveries deliveries = consumer.deliveries();
        ranges.begin(RecordType.COUNTED, consumer.source(), 0);
        for (long tag = deliveries.first(); tag <= lastTag; tag++) {
            if (deliveries.isOut(tag) && !named.contains(tag)) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
            }
        }
        ranges.end();
        ranges.begin(RecordType.COUNTED, consumer.source(), 1);
        for (long tag : named) {
            ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
        }
        ranges.end();
    }

    /**
     * Messages that were acknowledged in a transaction which is undone are back in their places, or among the dead letters.
     *
     * @param delta 1 if they count as delivered, 0 if they are only flagged
     */
    void giveBack(HeldMessages held, Sources sources, int delta) {
        for (int i = 0; i < held.ranges(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source != null) {
                ranges.begin(RecordType.COUNTED, source, delta);
                for (int at = i; at < end; at++) {
                    for (long arrival = held.first(at); arrival <= held.last(at); arrival++) {
                        ranges.add(held.priority(at), arrival);
                    }
                }
                ranges.end();
                for (int at = i; at < end; at++) {
                    for (long arrival = held.first(at); arrival <= held.last(at); arrival++) {
                        permits.returned(source, held.priority(at), arrival);
                        putBack(source, held.priority(at), arrival, delta != 0);
                    }
                }
                returned(source);
            }
            i = end;
        }
    }

    private void putBack(Source source, int priority, long arrival, boolean inVain) {
        // Out at nobody, so that it waits for nobody while it is on its way to the dead letters.
        source.messages().hold(priority, arrival);
        redelivery.comesBack(source, priority, arrival, inVain);
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

    private void putBack(Consumer consumer, long first, long last, boolean inVain) {
        Deliveries deliveries = consumer.deliveries();
        Source source = consumer.source();
        for (long tag = Math.max(first, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                redelivery.comesBack(source, deliveries.priority(tag), deliveries.arrival(tag), inVain);
                deliveries.done(tag);
            }
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

    private void deadLetter(Consumer consumer, long tag, String reason) {
        Deliveries deliveries = consumer.deliveries();
        deadLetters.move(
                consumer.source(), deliveries.priority(tag), deliveries.arrival(tag), deliveries.length(tag), reason);
    }
}
