// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.selector.Selector;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.TopicPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of a topic, or of all topics that a pattern matches: an index over messages that all subscriptions of a topic
 * share.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Subscription extends Source {

    private final Subscribed subscribed;
    private final @Nullable TopicPattern pattern;
    private final String destinationName;
    private final DestinationOptions options;
    private final Selector selector;
    /** The topics whose messages come here. */
    private final List<Topic> topics = new ArrayList<>(1);
    /** The connection of a non-durable unshared one, for noLocal; null for others. */
    private @Nullable ClientConnection connection;
    /** Since when it has had no consumer; 0 while it has one, and where that does not matter. */
    private long idleSinceMs;

    /** @param destinationName of the topic, or the pattern */
    Subscription(
            Subscribed subscribed,
            String destinationName,
            DestinationOptions options,
            Selector selector,
            MessageQueue messages) {
        super(subscribed.number(), messages);
        this.subscribed = subscribed;
        String text = subscribed.pattern();
        this.pattern = text == null ? null : TopicPattern.of(text);
        this.destinationName = destinationName;
        this.options = options;
        this.selector = selector;
    }

    Subscribed subscribed() {
        return subscribed;
    }

    /** The pattern of the topics that it is of; null if it is of one. */
    @Nullable
    TopicPattern pattern() {
        return pattern;
    }

    /** The topics whose messages come here: one, or those of the pattern that there are. */
    List<Topic> topics() {
        return topics;
    }

    /** The messages of a topic come here from now on. */
    void join(Topic topic) {
        topics.add(topic);
        topic.add(this);
    }

    /** Its topics bring nothing more. */
    void leaveTopics() {
        topics.forEach(topic -> topic.remove(this));
        topics.clear();
    }

    Selector selector() {
        return selector;
    }

    /** Whether it is removed when it has had no consumer for long. */
    boolean canExpire() {
        return isDurable() && options.subscriptionExpiryMs() > 0;
    }

    /** Since when it has had no consumer, on the server's clock; 0 while it has one, and where that does not matter. */
    long idleSinceMs() {
        return idleSinceMs;
    }

    void idleSinceMs(long sinceMs) {
        idleSinceMs = sinceMs;
    }

    /** When it is removed unless a consumer comes; {@link Long#MAX_VALUE} for not. */
    long expiresAtMs() {
        return idleSinceMs == 0 || !canExpire() ? Long.MAX_VALUE : idleSinceMs + options.subscriptionExpiryMs();
    }

    SubscriptionInfo info() {
        return new SubscriptionInfo(
                destinationName,
                subscribed.name(),
                subscribed.clientId(),
                subscribed.durable(),
                subscribed.shared(),
                subscribed.noLocal(),
                selector.normalizedText(),
                idleSinceMs,
                idleSinceMs == 0 ? 0 : expiresAtMs(),
                stats());
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
        return options;
    }

    @Override
    String destinationName() {
        return destinationName;
    }

    @Override
    String description() {
        String name = subscribed.name();
        return (name == null ? "A subscription of " : "Subscription " + name + " of ") + "topic " + destinationName;
    }
}
