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

    private final Destinations destinations;
    private final Sources sources;
    private final Recorder recorder;
    private final ArrayDeque<Source> purging = new ArrayDeque<>();

    Administration(Destinations destinations, Sources sources, Recorder recorder) {
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

    @Nullable QueueInfo queue(String name) {
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
                subscriptions.add(new SubscriptionInfo(
                        subscription.topic().name(),
                        subscription.subscribed().name(),
                        subscription.subscribed().clientId(),
                        subscription.subscribed().durable(),
                        subscription.subscribed().shared(),
                        subscription.subscribed().noLocal(),
                        subscription.selector().normalizedText(),
                        subscription.messages().stats()));
            }
        }
        subscriptions.sort(Comparator.comparing(SubscriptionInfo::topic));
        return subscriptions;
    }

    void deleteTemporary(ClientConnection c, Binding binding, DestinationResolver resolver) throws Refusal {
        Destination destination = destinations.find(binding.name());
        if (destination == null) {
            throw new Refusal(ErrorCode.DESTINATION_DELETED, binding.name() + " does not exist any more");
        }
        if (destination.owner() != c) {
            throw new Refusal(
                    ErrorCode.TEMPORARY_NOT_OWNED, binding.name() + " is not a temporary destination of this connection");
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

    private static QueueInfo info(Queue queue) {
        return new QueueInfo(
                queue.name(), queue.kind().isTemporary(), queue.options(), queue.messages().stats());
    }
}
