// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Result;
import io.quoin.server.core.queue.DeliverySink;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.Permit;
import io.quoin.server.core.queue.QueueConsumer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets queues and subscriptions that have work hand it out, in turn, and tells connections what goes to them.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Dispatching implements DeliverySink {

    /** Messages that one queue hands out before the next one has its turn. */
    private static final int TURN = 256;

    private final Now now;
    private final ReadySources ready;
    private final HandOut handOut;
    private final Recorder recorder;
    private final Redelivery redelivery;
    private final Exclusivity exclusivity;
    private final Permits permits;
    private final Timers timers;
    private final AwaitedConsumers awaited;
    /** Those that wait for bytes from the disk. */
    private final Set<Source> cold = new LinkedHashSet<>();

    Dispatching(
            Now now,
            ReadySources ready,
            HandOut handOut,
            Recorder recorder,
            Redelivery redelivery,
            Exclusivity exclusivity,
            Permits permits,
            Timers timers,
            AwaitedConsumers awaited) {
        this.now = now;
        this.ready = ready;
        this.handOut = handOut;
        this.recorder = recorder;
        this.redelivery = redelivery;
        this.exclusivity = exclusivity;
        this.permits = permits;
        this.timers = timers;
        this.awaited = awaited;
    }

    /** Hands out up to about {@code budget} messages; returns how much was done. */
    int dispatch(int budget) {
        int work = 0;
        while (work < budget) {
            Source source = ready.poll();
            if (source == null) {
                break;
            }
            if (!source.isGone()) {
                work += 1 + dispatch(source, Math.min(TURN, budget - work));
            }
        }
        return work;
    }

    private int dispatch(Source source, int budget) {
        if (awaited.holds(source)) {
            answerDrains(source, false); // whoever asks is not kept waiting for others
            return 0;
        }
        MessageQueue messages = source.messages();
        if (source.changesHands()) {
            exclusivity.review(source);
        }
        int done = messages.dispatch(now.wallMs(), budget, this);
        permits.changed(source);
        handOut.renew(source, recorder);
        boolean isReady = messages.ready();
        if (isReady) {
            ready.add(source);
        }
        if (messages.isCold()) {
            cold.add(source);
        }
        if (messages.dropAtMs() != Long.MAX_VALUE) {
            timers.touch(source, messages.dropAtMs());
        }
        if (source.draining() > 0) {
            answerDrains(source, isReady || messages.waits());
        }
        return done;
    }

    /** Bytes that were asked for may be in memory now. */
    void bodiesArrived() {
        for (Source source : cold) {
            source.messages().bodiesArrived();
            ready.add(source);
        }
        cold.clear();
    }

    @Override
    public void deliver(
            QueueConsumer to,
            int priority,
            long arrival,
            boolean isVolatile,
            long position,
            int length,
            int deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            long expiresAtMs) {
        Consumer consumer = (Consumer) to.owner();
        Source source = consumer.source();
        if (deliveryCount > 1 && redelivery.keepsBack(source, priority, arrival)) {
            source.messages().refund(to, length);
            return;
        }
        consumer.deliveredAtMs(now.monotonicMs());
        long tag = consumer.deliveries().add(priority, arrival, isVolatile, position, length);
        long remainingMs = expiresAtMs == 0 ? 0 : Math.max(1, expiresAtMs - now.wallMs());
        ClientSession session = consumer.session();
        session.connection()
                .outlet()
                .deliver(
                        session.number(),
                        consumer.number(),
                        tag,
                        deliveryCount,
                        redelivered,
                        groupFirst,
                        isInDoubt(source, priority, arrival),
                        remainingMs,
                        arrival,
                        position,
                        length);
    }

    /** Whether the message was another consumer's, and nobody has said whether that one has consumed it. */
    private static boolean isInDoubt(Source source, int priority, long arrival) {
        Permit permit = source.isStrict() ? source.messages().permits().find(priority, arrival) : null;
        return permit != null && permit.inDoubt();
    }

    @Override
    public void recall(QueueConsumer from, int slot) {
        Consumer consumer = (Consumer) from.owner();
        ClientSession session = consumer.session();
        if (!session.isSuspended()) {
            session.connection().outlet().recall(session.number(), consumer.number(), slot);
        }
    }

    @Override
    public void home(QueueConsumer consumer, int slot, boolean assigned) {
        Consumer found = (Consumer) consumer.owner();
        ClientSession session = found.session();
        if (!session.isSuspended()) {
            session.connection().outlet().slot(session.number(), found.number(), slot, assigned);
        }
    }

    /** Answers those who wait for the end of what there is: nothing more can come now, or their credit is used up. */
    private void answerDrains(Source source, boolean moreToCome) {
        List<Consumer> consumers = source.consumers();
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            boolean mayGetMore = moreToCome || consumer.isUnforced();
            if (consumer.drainRequest() != 0 && (!mayGetMore || !consumer.hasCredit() || consumer.isStandby())) {
                long delivered = consumer.deliveries().last();
                if (consumer.hasCredit()) {
                    consumer.drainedInVainAtMs(now.monotonicMs());
                }
                consumer.credit(0, 0);
                consumer.session().connection().outlet().ok(consumer.drainRequest(), 0, new Result.Drained(delivered));
                consumer.drainRequest(0);
                source.draining(-1);
            }
        }
    }
}
