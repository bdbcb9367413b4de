// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The synchronous half of a consumer: takes what has arrived, waits for what has not, asks the server before it says that there
 * is nothing, and gives the caller the message.
 *
 * <p>Thread: the application's, one at a time.
 */
final class Receiver {

    /** To wait without limit. */
    static final long FOREVER_NS = Long.MAX_VALUE;

    private final QuoinMessageConsumer consumer;
    private final SessionCore session;
    private final Inbox inbox;
    private final Prefetch prefetch;
    private final ConsumerCredit credit;
    private final MessageDecoder decoder = new MessageDecoder();
    /** Calls that wait, and messages that they have in hand; under the inbox's lock. */
    private int inProgress;

    Receiver(QuoinMessageConsumer consumer, SessionCore session, ConsumerCredit credit) {
        this.consumer = consumer;
        this.session = session;
        this.inbox = session.inbox();
        this.prefetch = consumer.prefetch();
        this.credit = credit;
    }

    /**
     * Receives a message.
     *
     * @param timeoutNs 0 not to wait, {@link #FOREVER_NS} to wait without limit
     * @param bodyType null, or what the body must be assignable to
     * @return null if there is none in time, or the consumer is closed meanwhile
     */
    @Nullable
    QuoinMessage receive(long timeoutNs, @Nullable Class<?> bodyType) throws JMSException {
        if (!prefetch.asksForEach()) {
            Delivery delivery = takeWithin(timeoutNs);
            return delivery == null ? null : hand(delivery, bodyType);
        }
        beginReceive();
        try {
            Delivery delivery = takeWithin(timeoutNs);
            return delivery == null ? null : hand(delivery, bodyType);
        } finally {
            endReceive();
        }
    }

    /** Waits until there is a message, and returns it with whatever else is at hand, up to {@code max}. */
    List<Message> receiveBatch(int max, long timeoutNs) throws JMSException {
        beginReceive();
        try {
            List<Delivery> taken = new ArrayList<>();
            if (prefetch.asksForEach()) {
                fetch(taken, max);
            }
            Delivery first = taken.isEmpty() ? takeWithin(timeoutNs) : null;
            if (first != null) {
                taken.add(first);
                if (prefetch.asksForEach() && max > 1) {
                    fetch(taken, max);
                }
            }
            if (!taken.isEmpty()) {
                takeMore(taken, max);
            }
            return hand(taken);
        } finally {
            endReceive();
        }
    }

    /** Asks for as many as are missing, and takes those that there are. */
    private void fetch(List<Delivery> taken, int max) throws JMSException {
        inbox.lock().lock();
        try {
            consumer.checkMayReceive();
            if (!inbox.isFlowing()) {
                return;
            }
            prefetch.credit().grant(max - taken.size());
            session.flowControl().credit(prefetch, Flush.LATER);
        } finally {
            inbox.lock().unlock();
        }
        session.flowControl().drain(prefetch);
        takeMore(taken, max);
    }

    private void takeMore(List<Delivery> taken, int max) {
        inbox.locked(() -> {
            Delivery next = taken.size() < max ? takeIfFlowing() : null;
            while (next != null) {
                taken.add(next);
                next = taken.size() < max ? takeIfFlowing() : null;
            }
        });
    }

    /** Gives deliveries, which are in hand, to the caller of a receive. */
    private List<Message> hand(List<Delivery> taken) {
        List<Message> messages = new ArrayList<>(taken.size());
        AckRanges consumed = new AckRanges();
        session.handOuts().name(session.number(), taken);
        for (Delivery delivery : taken) {
            try {
                messages.add(session.messages().open(decoder, delivery));
                consumed.add(delivery.tag());
            } catch (JMSException e) {
                session.reject(prefetch, delivery, e);
            }
        }
        inbox.locked(() -> {
            if (session.isAutomatic() && !consumed.isEmpty()) {
                session.acknowledgements().consumed(prefetch, consumed);
            }
            credit.renewIfDue();
            taken.forEach(delivery -> inbox.release());
            ended(taken.size());
        });
        return messages;
    }

    /** Without prefetch a message is here only for somebody who waits for it. */
    private void beginReceive() throws JMSException {
        inbox.lock().lock();
        try {
            consumer.checkMayReceive();
            prefetch.wanted(true);
            inProgress++;
        } finally {
            inbox.lock().unlock();
        }
    }

    private void endReceive() {
        inbox.locked(() -> {
            prefetch.wanted(false);
            if (prefetch.asksForEach() && !consumer.isClosed()) {
                inbox.giveBackUnwanted(prefetch);
            }
            ended(1);
        });
    }

    /** Whether a call has not returned; close waits for it (Javadoc of {@code MessageConsumer.close}). Under the lock. */
    boolean isBusy() {
        return inProgress > 0;
    }

    /** Under the lock. */
    private void ended(int count) {
        inProgress -= count;
        inbox.signalProgress();
    }

    private @Nullable Delivery takeWithin(long timeoutNs) throws JMSException {
        long startNs = System.nanoTime();
        boolean grant;
        inbox.lock().lock();
        try {
            consumer.checkMayReceive();
            Delivery delivery = takeIfFlowing();
            if (delivery != null) {
                return delivery;
            }
            grant = inbox.isFlowing() && credit.grantIfNone();
            inProgress++;
        } finally {
            inbox.lock().unlock();
        }
        try {
            return takeLater(startNs, timeoutNs, grant);
        } finally {
            inbox.locked(() -> ended(1));
        }
    }

    /** Nothing is at hand: gives credit if there is none, waits, and asks the server at last. */
    private @Nullable Delivery takeLater(long startNs, long timeoutNs, boolean grant) throws JMSException {
        if (grant) {
            credit.write(timeoutNs == 0 ? Flush.LATER : Flush.NOW);
        }
        Delivery delivery = timeoutNs > 0 ? await(startNs, timeoutNs) : null;
        if (delivery == null && timeoutNs != FOREVER_NS && mayDrain()) {
            session.flowControl().drain(prefetch);
            delivery = takePermitted();
        }
        return delivery;
    }

    private @Nullable Delivery await(long startNs, long timeoutNs) throws JMSException {
        inbox.lock().lock();
        try {
            Delivery delivery = takeIfFlowing();
            while (delivery == null && !isOver()) {
                long leftNs = timeoutNs == FOREVER_NS ? FOREVER_NS : timeoutNs - (System.nanoTime() - startNs);
                if (leftNs <= 0) {
                    return null;
                }
                credit.ensure();
                inbox.awaitChange(leftNs);
                delivery = takeIfFlowing();
            }
            return delivery;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Takes what has arrived; if it only lacks a permit, that is on its way. */
    private @Nullable Delivery takePermitted() throws JMSException {
        long deadlineNs = System.nanoTime() + session.requestTimeoutNs();
        inbox.lock().lock();
        try {
            Delivery delivery = isOver() ? null : takeIfFlowing();
            long leftNs = deadlineNs - System.nanoTime();
            while (delivery == null && leftNs > 0 && prefetch.awaitsPermit() && inbox.isFlowing() && !isOver()) {
                credit.ensurePermit();
                inbox.awaitChange(leftNs);
                delivery = takeIfFlowing();
                leftNs = deadlineNs - System.nanoTime();
            }
            return delivery;
        } finally {
            inbox.lock().unlock();
        }
    }

    private boolean mayDrain() {
        inbox.lock().lock();
        try {
            return !consumer.isClosed() && inbox.isFlowing() && inbox.lost() == null;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Under the lock. */
    private @Nullable Delivery takeIfFlowing() {
        if (consumer.isClosed() || !inbox.isFlowing()) {
            return null;
        }
        Delivery delivery = inbox.take(prefetch);
        if (delivery != null) {
            inProgress++;
            consumer.onTaken(delivery);
        }
        return delivery;
    }

    /** Whether waiting is of no use any more; under the lock. */
    private boolean isOver() throws JMSException {
        if (consumer.isClosed() || inbox.isClosed()) {
            return true;
        }
        consumer.throwIfLost();
        return false;
    }

    /** Gives a delivery, which is in hand, to the caller of a receive. */
    private @Nullable QuoinMessage hand(Delivery delivery, @Nullable Class<?> bodyType) throws JMSException {
        Outcome outcome = Outcome.REJECTED;
        try {
            session.handOuts().name(session.number(), delivery);
            QuoinMessage message = session.messages().open(decoder, delivery);
            outcome = session.isAutomatic() && bodyType != null ? Outcome.UNSEEN : Outcome.CONSUMED;
            if (bodyType != null) {
                checkBody(message, bodyType);
                outcome = Outcome.CONSUMED;
            }
            return message;
        } finally {
            settle(delivery, outcome);
        }
    }

    /** What has become of a delivery that was in hand. */
    private enum Outcome {
        CONSUMED,
        /** A body of another type was asked for: as if nothing had been received (Messaging 3.1 §8.6). */
        UNSEEN,
        /** Its bytes are no message. */
        REJECTED
    }

    private static void checkBody(QuoinMessage message, Class<?> bodyType) throws JMSException {
        if (!message.isReceivableAs(bodyType)) {
            message.getBody(bodyType); // Throws and says why, unless there is no body.
            throw JmsErrors.of(ErrorCode.CONVERSION, "The message received has no body");
        }
    }

    private void settle(Delivery delivery, Outcome outcome) {
        boolean gathered = inbox.ask(() -> {
            boolean any = false;
            switch (outcome) {
                case CONSUMED -> {
                    consumer.onConsumed(delivery);
                    any = session.acknowledgements().afterReceive(!prefetch.hasTakeable());
                }
                case UNSEEN -> prefetch.putBack(delivery);
                case REJECTED -> session.acknowledgements().tell(prefetch, delivery.tag(), AckOutcome.REJECTED);
            }
            inbox.release();
            ended(1);
            return any;
        });
        if (gathered) {
            session.acknowledgements().write();
        }
    }
}
