// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.Subscribed;
import org.jspecify.annotations.Nullable;

/**
 * What names a subscription (Messaging 3.1 §8.3): durable ones, shared or not, have one set of names for each client id,
 * shared non-durable ones another. No client id is a set of its own.
 */
record SubscriptionKey(boolean durable, @Nullable String clientId, String name) {

    /** The key, or null for an unshared non-durable subscription, which has no name. */
    static @Nullable SubscriptionKey of(Subscribed subscribed) {
        String name = subscribed.name();
        return name == null ? null : new SubscriptionKey(subscribed.durable(), subscribed.clientId(), name);
    }
}
