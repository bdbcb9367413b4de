// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/** Receives the messages that a {@link QueueBrowser} finds. Thread: the owner of the core. */
@FunctionalInterface
public interface BrowseSink {

    /**
     * The next waiting message by priority and arrival. Its body is in memory.
     *
     * @param deliveryCount what {@code JMSXDeliveryCount} would show if it were delivered now
     * @param expiresAtMs server's wall clock; 0: never
     */
    void browsed(
            int priority,
            long arrival,
            boolean isVolatile,
            long position,
            int length,
            int deliveryCount,
            long expiresAtMs);
}
