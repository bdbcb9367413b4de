// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.selector.Selector;
import io.quoin.server.core.selector.SelectorException;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.TopicPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions by name. Changed only by records.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Subscriptions {

    private final Sources sources;
    private final Destinations destinations;
    private final Map<SubscriptionKey, Subscription> byKey = new HashMap<>();
    /** Those by pattern; the durable ones among them in the order of their numbers. */
    private final List<Subscription> byPattern = new ArrayList<>();

    Subscriptions(Sources sources, Destinations destinations) {
        this.sources = sources;
        this.destinations = destinations;
    }

    @Nullable
    Subscription find(SubscriptionKey key) {
        return byKey.get(key);
    }

    /** The subscription of that number, which is there. */
    Subscription get(int number) {
        if (sources.find(number) instanceof Subscription subscription) {
            return subscription;
        }
        throw new IllegalStateException("subscription " + number + " is not there after its record was applied");
    }

    /** The durable ones in the order of their numbers. */
    List<Subscription> durable() {
        List<Subscription> durable = new ArrayList<>();
        for (Source source : sources.all()) {
            if (source instanceof Subscription subscription && subscription.isDurable()) {
                durable.add(subscription);
            }
        }
        return durable;
    }

    /** Applies {@code SUBSCRIBED}. */
    void subscribed(Subscribed subscribed) {
        String pattern = subscribed.pattern();
        Subscription subscription;
        if (pattern == null) {
            Topic topic = topic(subscribed);
            subscription = create(subscribed, topic.name(), topic.options());
            subscription.join(topic);
        } else {
            subscription = create(subscribed, pattern, DestinationOptions.decode(String.valueOf(subscribed.options())));
            destinations.topics(TopicPattern.of(pattern)).forEach(subscription::join);
            byPattern.add(subscription);
        }
        sources.add(subscription);
        SubscriptionKey key = SubscriptionKey.of(subscribed);
        if (key != null) {
            byKey.put(key, subscription);
        }
    }

    /** Applies {@code UNSUBSCRIBED}. */
    void unsubscribed(int number) {
        if (sources.find(number) instanceof Subscription subscription) {
            sources.remove(subscription);
            forget(subscription);
        }
    }

    /** There is a new topic: whoever waits for one of its name gets its messages. */
    void created(Topic topic) {
        for (Subscription subscription : byPattern) {
            TopicPattern pattern = subscription.pattern();
            if (pattern != null && pattern.matches(topic.name())) {
                subscription.join(topic);
            }
        }
    }

    /** The subscription has gone, perhaps with its topic. */
    void forget(Subscription subscription) {
        subscription.leaveTopics();
        byPattern.remove(subscription);
        SubscriptionKey key = SubscriptionKey.of(subscription.subscribed());
        if (key != null) {
            byKey.remove(key, subscription);
        }
    }

    private Subscription create(Subscribed subscribed, String destinationName, DestinationOptions options) {
        return new Subscription(
                subscribed,
                destinationName,
                options,
                parse(subscribed.selector()),
                destinations.newMessages(options, subscribed.durable()));
    }

    private Topic topic(Subscribed subscribed) {
        if (destinations.find(subscribed.topic()) instanceof Topic topic) {
            return topic;
        }
        throw new IllegalStateException(
                "a subscription's record names topic " + subscribed.topic() + ", which does not exist");
    }

    private static Selector parse(String text) {
        try {
            return Selector.parse(text);
        } catch (SelectorException e) {
            throw new IllegalStateException("a record has a selector that this version cannot read: " + text, e);
        }
    }
}
