// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a client that comes back to a server that has forgotten its session what its application holds still: messages that
 * were delivered before a restart, or before the time of grace was over, and that nobody else has got or finished since. So
 * its acknowledgements count, and what it works on is not delivered to a second consumer meanwhile.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Reclaiming {

    /** Nobody gets that far, and what is counted on from here does not overflow. */
    private static final long TAG_MAX = 1L << 62;

    private final Now now;
    private final Applier applier;
    private final Doubts doubts;
    private final AwaitedConsumers awaited;
    private final MessageRef found = new MessageRef();

    Reclaiming(Now now, Applier applier, Doubts doubts, AwaitedConsumers awaited) {
        this.awaited = awaited;
        this.doubts = doubts;
        this.now = now;
        this.applier = applier;
    }

    /**
     * Messages keep the tags that they had; other tags up to the highest one are done with.
     *
     * @return the tags of the messages that are not this consumer's any more
     */
    List<Long> reclaim(Consumer consumer, Frame.Reclaim f) {
        List<Long> refused = new ArrayList<>();
        if (consumer.isClosed() || consumer.hasDelivered() || f.received() > TAG_MAX) {
            f.messages().forEach(one -> refused.add(one.tag()));
            return refused;
        }
        Deliveries deliveries = consumer.deliveries();
        boolean sameBoot = f.bootNumber() == applier.bootNumber();
        boolean known = f.source() == consumer.source().number()
                && (sameBoot || consumer.source().isDurable());
        for (Frame.Claim one : f.messages()) {
            if (!known || (!sameBoot && one.arrival() <= 0)) {
                continue; // it has ended with the server, or with its subscription
            }
            boolean isThere = isThere(consumer, one);
            if (isThere && deliveries.mayHave(one.tag(), f.received()) && takes(consumer, one)) {
                deliveries.skipTo(one.tag() - 1);
                deliveries.add(one.priority(), one.arrival(), one.arrival() < 0, found.position(), found.length());
            } else if (isThere || !one.acknowledged()) {
                refused.add(one.tag()); // somebody else has it, or has finished it
            }
        }
        deliveries.skipTo(f.received());
        if (consumer.source().isStrict()) {
            deliveries.permit(f.received());
            if (f.isLast()) {
                // What was received in a transaction that is gone is not named.
                AcknowledgeMode mode = consumer.session().mode();
                doubts.reclaimedAll(consumer, mode == AcknowledgeMode.TRANSACTED || mode == AcknowledgeMode.XA);
            }
        }
        if (deliveries.count() > 0) {
            consumer.deliveredAtMs(now.monotonicMs());
        }
        consumer.continued();
        return refused;
    }

    private boolean isThere(Consumer consumer, Frame.Claim one) {
        return one.priority() < MessageQueue.PRIORITIES
                && consumer.source().messages().find(one.priority(), one.arrival(), found);
    }

    /** Makes the message out again, if it waits. */
    private boolean takes(Consumer consumer, Frame.Claim one) {
        if (consumer.source().isStrict()) {
            return doubts.reclaims(consumer, one);
        }
        Source source = consumer.source();
        return awaited.reclaims(source, one.priority(), one.arrival())
                || source.messages().claim(one.priority(), one.arrival());
    }
}
