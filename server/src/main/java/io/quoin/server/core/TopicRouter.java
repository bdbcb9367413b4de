// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.message.MessageView;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which subscriptions of a topic take a message. The answer is in the router until the next question.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class TopicRouter {

    private long[] durableBits = new long[1];
    private long[] nonDurableBits = new long[1];
    private int durableTaken;
    private int nonDurableTaken;

    void route(Topic topic, ClientConnection producer, MessageView message) {
        durableBits = cleared(durableBits, topic.durableFiltered() + topic.nonDurableFiltered());
        nonDurableBits = cleared(nonDurableBits, topic.nonDurableFiltered());
        durableTaken = choose(topic.durable(), producer, message, durableBits);
        nonDurableTaken = choose(topic.nonDurable(), producer, message, nonDurableBits);
    }

    /** Durable subscriptions that take it. */
    int durableTaken() {
        return durableTaken;
    }

    /** Non-durable subscriptions that take it. */
    int nonDurableTaken() {
        return nonDurableTaken;
    }

    /** A bit for each durable subscription with a filter. */
    long[] durableBits() {
        return durableBits;
    }

    /** A bit for each non-durable subscription with a filter. */
    long[] nonDurableBits() {
        return nonDurableBits;
    }

    /** A bit for each subscription with a filter, the durable ones first. */
    long[] allBits(Topic topic) {
        int at = topic.durableFiltered();
        for (int i = 0; i < topic.nonDurableFiltered(); i++, at++) {
            if ((nonDurableBits[i >>> 6] >>> i & 1) != 0) {
                durableBits[at >>> 6] |= 1L << at;
            }
        }
        return durableBits;
    }

    /** The numbers of those that take the message, by the bits of those with a filter. */
    static Set<Integer> takers(List<Subscription> subscriptions, long[] bits) {
        Set<Integer> takers = new LinkedHashSet<>();
        int filtered = 0;
        for (Subscription subscription : subscriptions) {
            boolean taken = true;
            if (subscription.isFiltered()) {
                taken = (bits[filtered >>> 6] >>> filtered & 1) != 0;
                filtered++;
            }
            if (taken) {
                takers.add(subscription.number());
            }
        }
        return takers;
    }

    /** A bit for each non-durable subscription of the topic with a filter that is among {@code takers}. */
    static long[] bits(Topic topic, Set<Integer> takers) {
        long[] bits = new long[Math.max(1, (topic.nonDurableFiltered() + 63) >>> 6)];
        int filtered = 0;
        for (Subscription subscription : topic.nonDurable()) {
            if (subscription.isFiltered()) {
                if (takers.contains(subscription.number())) {
                    bits[filtered >>> 6] |= 1L << filtered;
                }
                filtered++;
            }
        }
        return bits;
    }

    private static int choose(
            List<Subscription> subscriptions, ClientConnection producer, MessageView message, long[] bits) {
        int taken = 0;
        int filtered = 0;
        for (int i = 0; i < subscriptions.size(); i++) {
            Subscription subscription = subscriptions.get(i);
            if (!subscription.isFiltered()) {
                taken++;
                continue;
            }
            if (!subscription.isLocal(producer)
                    && subscription.selector().matches(message, 1, producer.annotationsOrNull(), 0)) {
                bits[filtered >>> 6] |= 1L << filtered;
                taken++;
            }
            filtered++;
        }
        return taken;
    }

    private static long[] cleared(long[] bits, int count) {
        int words = Math.max(1, (count + 63) >>> 6);
        if (bits.length < words) {
            return new long[words];
        }
        Arrays.fill(bits, 0);
        return bits;
    }
}
