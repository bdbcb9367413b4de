// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.TopicPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All queues and topics by name and number. Changed only by records.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Destinations {

    private final Sources sources;
    private final MessageStore store;
    private final IndexStore indexStore;
    /** Of what is in no snapshot. */
    private final IndexStore volatileIndexStore = new IndexStore();

    private final Map<String, Destination> byName = new HashMap<>();
    private final IntMap<Destination> byNumber = new IntMap<>();

    Destinations(Sources sources, MessageStore store, IndexStore indexStore) {
        this.sources = sources;
        this.store = store;
        this.indexStore = indexStore;
    }

    @Nullable
    Destination find(String name) {
        return byName.get(name);
    }

    /** The destination of that number, or null if it has been removed. */
    @Nullable
    Destination find(int number) {
        return byNumber.get(number);
    }

    /** In the order of their numbers. */
    List<Destination> all() {
        return byNumber.values();
    }

    /** The topics that a pattern matches now. */
    List<Topic> topics(TopicPattern pattern) {
        List<Topic> topics = new ArrayList<>();
        for (Destination destination : byNumber.values()) {
            if (destination instanceof Topic topic && pattern.matches(topic.name())) {
                topics.add(topic);
            }
        }
        return topics;
    }

    int size() {
        return byNumber.size();
    }

    /** Applies {@code DESTINATION_CREATED}. */
    void created(DestinationCreated created) {
        DestinationOptions options = DestinationOptions.decode(created.options());
        Destination destination;
        if (created.kind().isTopic()) {
            destination = new Topic(created, options);
        } else {
            Queue queue = new Queue(created, options, newMessages(options, created.number() > 0));
            sources.add(queue);
            destination = queue;
        }
        byName.put(created.name(), destination);
        byNumber.put(created.number(), destination);
    }

    /** Applies {@code DESTINATION_REMOVED}; returns the queues and subscriptions that go with it. */
    List<Source> removed(int number) {
        Destination destination = byNumber.remove(number);
        if (destination == null) {
            return List.of();
        }
        byName.remove(destination.name());
        List<Source> removed = new ArrayList<>();
        if (destination instanceof Topic topic) {
            removed.addAll(topic.durable());
            removed.addAll(topic.nonDurable());
            topic.gone();
        } else {
            removed.add((Queue) destination);
        }
        removed.forEach(sources::remove);
        return removed;
    }

    /** An empty index for a new queue or subscription. */
    MessageQueue newMessages(DestinationOptions options, boolean durable) {
        if (!durable) {
            return new MessageQueue(options.groupSlots(), store, volatileIndexStore);
        }
        MessageQueue messages = new MessageQueue(options.groupSlots(), store, indexStore);
        if (!options.delivery().strict()) {
            messages.limitHandout(); // where it is strict, permits say what may have been handed out
        }
        return messages;
    }
}
