// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/** Receives what {@link MessageQueue#dispatch} hands out. Thread: the owner of the core. */
public interface DeliverySink {

    /**
     * A message goes to a consumer. It is out from now on, until it is removed or put back. The callee may remove it at once,
     * but must not dispatch.
     *
     * @param priority 0 to 9
     * @param arrival the message's number in its queue: from 1 for durable messages, negative for volatile ones
     * @param isVolatile whether the message is non-persistent; then {@code arrival} and {@code position} are negative
     * @param deliveryCount what {@code JMSXDeliveryCount} shows, from 1 (Messaging 3.1 §3.5.11)
     * @param redelivered what {@code JMSRedelivered} shows: it was, or may have been, delivered before
     * @param groupFirst nothing of the message's group was out when it was chosen
     * @param expiresAtMs server's wall clock; 0: never
     */
    void deliver(
            QueueConsumer to,
            int priority,
            long arrival,
            boolean isVolatile,
            long position,
            int length,
            int deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            long expiresAtMs);

    /**
     * A slot's home moved away from a consumer that still holds messages of it. Nothing more of the slot goes there; what its
     * application has not seen should be asked back, because the slot moves once nothing of it is out.
     *
     * @param slot 0 to {@code groupSlots - 1}
     */
    default void recall(QueueConsumer from, int slot) {}

    /**
     * A slot has its home at a consumer now, or not any more; told of consumers that {@link MessageQueue#watchSlots} named.
     *
     * @param slot 0 to {@code groupSlots - 1}
     */
    default void home(QueueConsumer consumer, int slot, boolean assigned) {}
}
