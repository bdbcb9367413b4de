// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.selector.Selector;
import io.quoin.server.core.selector.SelectorException;
import io.quoin.server.model.Subscribed;
import java.util.HashMap;
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

    Subscriptions(Sources sources, Destinations destinations) {
        this.sources = sources;
        this.destinations = destinations;
    }

    @Nullable
    Subscription find(SubscriptionKey key) {
        return byKey.get(key);
    }

    /** Applies {@code SUBSCRIBED}. */
    void subscribed(Subscribed subscribed) {
        if (!(destinations.find(subscribed.topic()) instanceof Topic topic)) {
            throw new IllegalStateException(
                    "a subscription's record names topic " + subscribed.topic() + ", which does not exist");
        }
        Selector selector = parse(subscribed.selector());
        Subscription subscription = new Subscription(
                subscribed, topic, selector, destinations.newMessages(topic.options(), subscribed.durable()));
        topic.add(subscription);
        sources.add(subscription);
        SubscriptionKey key = SubscriptionKey.of(subscribed);
        if (key != null) {
            byKey.put(key, subscription);
        }
    }

    /** Applies {@code UNSUBSCRIBED}. */
    void unsubscribed(int number) {
        if (sources.find(number) instanceof Subscription subscription) {
            subscription.topic().remove(subscription);
            sources.remove(subscription);
            forget(subscription);
        }
    }

    /** The subscription has gone with its topic. */
    void forget(Subscription subscription) {
        SubscriptionKey key = SubscriptionKey.of(subscription.subscribed());
        if (key != null) {
            byKey.remove(key, subscription);
        }
    }

    private static Selector parse(String text) {
        try {
            return Selector.parse(text);
        } catch (SelectorException e) {
            throw new IllegalStateException("a record has a selector that this version cannot read: " + text, e);
        }
    }
}
