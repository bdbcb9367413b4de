// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.selector.Selector;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.Subscribed;
import org.jspecify.annotations.Nullable;

/** A subscription of a topic: an index over messages that all subscriptions of the topic share. */
final class Subscription extends Source {

    private final Subscribed subscribed;
    private final Topic topic;
    private final Selector selector;
    /** The connection of a non-durable unshared one, for noLocal; null for others. */
    private @Nullable ClientConnection connection;

    Subscription(Subscribed subscribed, Topic topic, Selector selector, MessageQueue messages) {
        super(subscribed.number(), messages);
        this.subscribed = subscribed;
        this.topic = topic;
        this.selector = selector;
    }

    Subscribed subscribed() {
        return subscribed;
    }

    Topic topic() {
        return topic;
    }

    Selector selector() {
        return selector;
    }

    /** Whether there are messages that it does not take. */
    boolean isFiltered() {
        return subscribed.noLocal() || !selector.matchesAll();
    }

    void connection(ClientConnection newConnection) {
        connection = newConnection;
    }

    /** Whether noLocal keeps the messages of {@code producer} out: by connection or by client id (Messaging 3.1 §8.3). */
    boolean isLocal(ClientConnection producer) {
        if (!subscribed.noLocal()) {
            return false;
        }
        String clientId = subscribed.clientId();
        return connection == producer || (clientId != null && clientId.equals(producer.clientId()));
    }

    @Override
    DestinationOptions options() {
        return topic.options();
    }

    @Override
    String destinationName() {
        return topic.name();
    }

    @Override
    String description() {
        String name = subscribed.name();
        return (name == null ? "A subscription of " : "Subscription " + name + " of ") + "topic " + topic.name();
    }
}
