// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One session with one consumer, which works on messages, now and then gives them back, and records everything.
 *
 * <p>Thread: automatic modes work on the session's own; the others on the one that calls {@link #work}.
 */
final class ConsumerSession {
    private static final int BATCH_MAX = 8;
    private static final int GIVE_BACK_ONE_IN = 25;
    private static final long RECEIVE_MS = 200;
    /** Quoin: what was acknowledged is not this session's any more. */
    private static final String NOT_OURS = "QN-2019";

    private final Mode mode;
    private final int number;
    private final EventLog log;
    private final SplittableRandom random;
    private final int workMaxUs;
    private final Session session;
    private final MessageConsumer consumer;

    ConsumerSession(Connection connection, Provider provider, Mode mode, int number, EventLog log, Consumers.Options o)
            throws JMSException {
        this.mode = mode;
        this.number = number;
        this.log = log;
        this.random = new SplittableRandom(o.seed() * 31 + number);
        this.workMaxUs = o.workMaxUs();
        this.session = connection.createSession(mode.sessionMode);
        log.add(Kind.OPENED, number, null, o.fenceAfterMs(), mode == Mode.TRANSACTED ? Event.TRANSACTED : 0);
        this.consumer = session.createConsumer(session.createQueue(provider.queue()));
        if (mode.automatic()) {
            consumer.setMessageListener(this::onMessage);
        }
    }

    boolean automatic() {
        return mode.automatic();
    }

    private MessageId begin(Message message) throws JMSException {
        MessageId id = GroupMessage.id(message);
        log.add(Kind.DELIVERED, number, id, GroupMessage.deliveryCount(message), GroupMessage.flags(message));
        // Work takes time; that is all that is simulated here.
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(workMaxUs + 1)));
        return id;
    }

    private void onMessage(Message message) {
        MessageId id;
        try {
            id = begin(message);
        } catch (JMSException e) {
            throw new IllegalStateException("A message without our properties", e);
        }
        if (random.nextInt(GIVE_BACK_ONE_IN) == 0) {
            log.add(Kind.RETURNING, number, id);
            throw new ListenerFailure();
        }
        log.add(Kind.FINISHED, number, id);
    }

    /** Receives some messages and decides on them; throws if the session is of no more use. */
    void work() throws JMSException {
        int size = mode == Mode.INDIVIDUAL ? 1 : 1 + random.nextInt(BATCH_MAX);
        Message last = null;
        MessageId lastId = null;
        for (int i = 0; i < size; i++) {
            Message message = consumer.receive(RECEIVE_MS);
            if (message == null) {
                break;
            }
            last = message;
            lastId = begin(message);
        }
        if (last == null) {
            return;
        }
        if (random.nextInt(GIVE_BACK_ONE_IN) < size) {
            giveBack();
        } else {
            accept(last, mode == Mode.INDIVIDUAL ? lastId : null);
        }
    }

    private void giveBack() throws JMSException {
        log.add(Kind.RETURNING, number);
        if (mode == Mode.TRANSACTED) {
            session.rollback();
        } else {
            session.recover();
        }
    }

    private void accept(Message last, @Nullable MessageId only) throws JMSException {
        log.add(Kind.ACCEPTING, number, only);
        try {
            if (mode == Mode.TRANSACTED) {
                session.commit();
            } else {
                last.acknowledge();
            }
            log.add(Kind.ACCEPTED, number);
        } catch (TransactionRolledBackException e) {
            log.add(Kind.REFUSED, number);
        } catch (JMSException e) {
            if (!NOT_OURS.equals(e.getErrorCode())) {
                log.add(Kind.UNKNOWN, number);
                throw e;
            }
            log.add(Kind.REFUSED, number);
            session.recover();
        }
    }

    /** Records that what is in hand is given up. A listener at work is not: a close waits for it. */
    void closing() {
        if (!mode.automatic()) {
            log.add(Kind.CLOSING, number);
        }
    }

    /** Closes in an orderly way. */
    void close() throws JMSException {
        session.close();
        log.add(Kind.CLOSED, number);
    }

    /** Thrown by a listener on purpose. */
    private static final class ListenerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ListenerFailure() {
            super("on purpose", null, false, false);
        }
    }
}
