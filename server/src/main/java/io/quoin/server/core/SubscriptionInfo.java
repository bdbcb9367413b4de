// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.QueueStats;
import org.jspecify.annotations.Nullable;

/**
 * A subscription at one moment, for administration.
 *
 * @param name null for an unshared non-durable one
 * @param selector empty for all messages
 */
public record SubscriptionInfo(
        String topic,
        @Nullable String name,
        @Nullable String clientId,
        boolean durable,
        boolean shared,
        boolean noLocal,
        String selector,
        QueueStats stats) {}
