// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The message index of a queue or subscription, and the choice of who gets which message.
 *
 * <p>{@link io.quoin.server.core.queue.MessageQueue} owns all of it. What is durable lives in {@code Lane}s of
 * {@code IndexBlock}s and changes only through the methods that the broker's {@code apply} calls; what is derived (ready
 * bitmaps, slots, groups, holds) lives in {@code Selection}s and can be thrown away and built again at any time.
 *
 * <p>Everything here is confined to the broker's owner: one thread, no I/O, no clock, no locks.
 */
package io.quoin.server.core.queue;
