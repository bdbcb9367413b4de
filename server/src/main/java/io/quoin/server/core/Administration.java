// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.model.PurgedRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What administrators see and do.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Administration {

    /** Arrival numbers that one step of a purge covers: it takes some tenths of a millisecond. */
    private static final int PURGE_STEP = 8_192;

    private final Destinations destinations;
    private final Sources sources;
    private final Recorder recorder;
    private final AwaitedConsumers awaited;
    private final ArrayDeque<Purge> purges = new ArrayDeque<>();

    Administration(Destinations destinations, Sources sources, Recorder recorder, AwaitedConsumers awaited) {
        this.awaited = awaited;
        this.destinations = destinations;
        this.sources = sources;
        this.recorder = recorder;
    }

    List<QueueInfo> queues() {
        List<QueueInfo> queues = new ArrayList<>();
        for (Destination destination : destinations.all()) {
            if (destination instanceof Queue queue) {
                queues.add(info(queue));
            }
        }
        queues.sort(Comparator.comparing(QueueInfo::name));
        return queues;
    }

    @Nullable
    QueueInfo queue(String name) {
        return destinations.find(name) instanceof Queue queue ? info(queue) : null;
    }

    List<TopicInfo> topics() {
        List<TopicInfo> topics = new ArrayList<>();
        for (Destination destination : destinations.all()) {
            if (destination instanceof Topic topic) {
                topics.add(new TopicInfo(
                        topic.name(),
                        topic.kind().isTemporary(),
                        topic.durable().size(),
                        topic.nonDurable().size()));
            }
        }
        topics.sort(Comparator.comparing(TopicInfo::name));
        return topics;
    }

    List<SubscriptionInfo> subscriptions() {
        List<SubscriptionInfo> subscriptions = new ArrayList<>();
        for (Source source : sources.all()) {
            if (source instanceof Subscription subscription) {
                subscriptions.add(subscription.info());
            }
        }
        subscriptions.sort(Comparator.comparing(SubscriptionInfo::topic));
        return subscriptions;
    }

    /** Begins to remove what is in the queue now; returns how many messages that is. */
    long purge(String name) throws Refusal {
        if (!(destinations.find(name) instanceof Queue queue)) {
            throw new Refusal(ErrorCode.UNKNOWN_DESTINATION, "There is no queue " + name);
        }
        long depth = queue.messages().depth();
        PurgedRecord.put(
                recorder.begin(false, RecordType.PURGED, PurgedRecord.VOLATILE), queue.number(), Long.MAX_VALUE);
        recorder.end();
        if (queue.messages().lastArrival() > 0) {
            purges.add(new Purge(queue, queue.messages().lastArrival()));
        }
        return depth;
    }

    boolean hasWork() {
        return !purges.isEmpty();
    }

    /** Goes on with purges; returns how many messages were removed, about. */
    int step() {
        Purge purge = purges.peek();
        if (purge == null) {
            return 0;
        }
        Queue queue = purge.queue;
        long first = queue.messages().firstArrival();
        if (queue.isGone() || first > purge.upTo) {
            purges.remove();
            return 1;
        }
        long upTo = Math.min(purge.upTo, first + PURGE_STEP - 1);
        PurgedRecord.put(recorder.begin(queue.isDurable(), RecordType.PURGED, 0), queue.number(), upTo);
        recorder.end();
        return PURGE_STEP;
    }

    void deleteTemporary(ClientConnection c, Binding binding, DestinationResolver resolver) throws Refusal {
        Destination destination = destinations.find(binding.name());
        if (destination == null) {
            throw new Refusal(ErrorCode.DESTINATION_DELETED, binding.name() + " does not exist any more");
        }
        if (destination.owner() != c) {
            throw new Refusal(
                    ErrorCode.TEMPORARY_NOT_OWNED,
                    binding.name() + " is not a temporary destination of this connection");
        }
        int consumers = consumers(destination);
        if (consumers > 0) {
            throw new Refusal(ErrorCode.DESTINATION_IN_USE, binding.name() + " has " + consumers + " consumers");
        }
        c.temporaries().remove(destination);
        resolver.remove(destination);
    }

    private static int consumers(Destination destination) {
        if (destination instanceof Queue queue) {
            return queue.consumers().size();
        }
        int count = 0;
        if (destination instanceof Topic topic) {
            for (Subscription subscription : topic.nonDurable()) {
                count += subscription.consumers().size();
            }
        }
        return count;
    }

    private QueueInfo info(Queue queue) {
        long heldBack = queue.heldBack();
        return new QueueInfo(
                queue.name(),
                queue.kind().isTemporary(),
                queue.options(),
                queue.stats(),
                heldBack,
                heldBack == 0 ? 0 : awaited.leftMs());
    }

    /** A queue that is being emptied up to an arrival number. */
    private record Purge(Queue queue, long upTo) {}
}
