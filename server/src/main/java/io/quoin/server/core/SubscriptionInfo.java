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
 * @param idleSinceMs since when a durable one that can expire has had no consumer, on the server's clock; 0 if it has one
 * @param expiresAtMs when it is removed unless a consumer comes; 0 for not
 */
public record SubscriptionInfo(
        String topic,
        @Nullable String name,
        @Nullable String clientId,
        boolean durable,
        boolean shared,
        boolean noLocal,
        String selector,
        long idleSinceMs,
        long expiresAtMs,
        QueueStats stats) {}
