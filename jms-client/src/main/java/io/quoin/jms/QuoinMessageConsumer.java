// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Route;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.message.MessageId;
import io.quoin.protocol.message.Murmur3;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of either domain.
 *
 * <p>Thread: any for close, one at a time for the rest; state is under the lock of the session's {@link Inbox}.
 */
public final class QuoinMessageConsumer implements QueueReceiver, TopicSubscriber {

    private static final Logger LOG = System.getLogger(QuoinMessageConsumer.class.getName());

    private final SessionCore session;
    private final MessageDecoder decoder = new MessageDecoder();
    private final Inbox inbox;
    private final ConsumerSpec spec;
    private final Route route;
    private final Prefetch prefetch;
    private final Slots slots = new Slots();
    private final ConsumerCredit credit;
    private final Receiver receiver;

    // Under the inbox's lock.
    private volatile @Nullable MessageListener listener;
    private boolean closed;
    private @Nullable JMSException lost;

    QuoinMessageConsumer(SessionCore session, ConsumerSpec spec, Route route, Prefetch prefetch) {
        this.session = session;
        this.route = route;
        this.inbox = session.inbox();
        this.spec = spec;
        this.prefetch = prefetch;
        this.credit = new ConsumerCredit(this, session);
        this.receiver = new Receiver(this, session, credit);
    }

    Prefetch prefetch() {
        return prefetch;
    }

    int number() {
        return prefetch.consumer();
    }

    /** To what it consumes from. */
    Route route() {
        return route;
    }

    ConsumerSpec spec() {
        return spec;
    }

    // --- The API's getters

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        checkOpen();
        return spec.selector();
    }

    @Override
    public Queue getQueue() throws JMSException {
        checkOpen();
        if (spec.destination() instanceof Queue queue) {
            return queue;
        }
        throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, "The consumer is one of the topic " + spec.destination());
    }

    @Override
    public Topic getTopic() throws JMSException {
        checkOpen();
        if (spec.destination() instanceof Topic topic) {
            return topic;
        }
        throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, "The consumer is one of the queue " + spec.destination());
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        checkOpen();
        return spec.noLocal();
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        inbox.lock().lock();
        try {
            checkOpenLocked();
            return listener;
        } finally {
            inbox.lock().unlock();
        }
    }

    @Override
    public void setMessageListener(@Nullable MessageListener to) throws JMSException {
        boolean grant;
        inbox.lock().lock();
        try {
            checkOpenLocked();
            if (to != null && session.loaded().listener() != null) {
                throw JmsErrors.of(
                        ErrorCode.LISTENER_SET,
                        "A consumer of " + spec.destination()
                                + " cannot have a listener while the session itself has one");
            }
            listener = to;
            if (to == null) {
                session.listeners().remove(this);
            } else {
                session.listeners().add(this);
            }
            grant = to != null && !prefetch.asksForEach() && inbox.isFlowing() && credit.grantIfNone();
        } finally {
            inbox.lock().unlock();
        }
        if (grant) {
            credit.write(Flush.SOON);
        }
    }

    /**
     * Lets a listener hear which slots of message groups have their home at this consumer: an extension of Quoin.
     *
     * @param to null: nobody hears of it any more
     * @throws JMSException if the consumer is closed
     */
    public void setSlotListener(@Nullable SlotListener to) throws JMSException {
        checkOpen();
        slots.listener(to);
        if (to != null) {
            session.consumers().wantSlots(number());
        }
    }

    /** The slot, from 0, of the groups of this consumer's queue or subscription that the group with that id is in. */
    public int slotOf(String groupId) {
        int hash = Murmur3.hash(groupId.getBytes(StandardCharsets.UTF_8));
        inbox.lock().lock();
        try {
            return Math.floorMod(hash, prefetch.groupSlots());
        } finally {
            inbox.lock().unlock();
        }
    }

    Slots slots() {
        return slots;
    }

    // --- Receiving

    @Override
    public @Nullable Message receive() throws JMSException {
        return receive(Receiver.FOREVER_NS, null);
    }

    @Override
    public @Nullable Message receive(long timeoutMs) throws JMSException {
        return receive(timeoutNs(timeoutMs), null);
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return receive(0, null);
    }

    /** 0 means for ever in the API. */
    static long timeoutNs(long timeoutMs) throws JMSException {
        if (timeoutMs < 0) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The time-out " + timeoutMs + " ms is negative");
        }
        return timeoutMs == 0 ? Receiver.FOREVER_NS : TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /**
     * Receives a message.
     *
     * @param timeoutNs 0 not to wait, {@link Receiver#FOREVER_NS} to wait without limit
     * @param bodyType null, or what the body must be assignable to
     * @return null if there is none in time, or the consumer is closed meanwhile
     */
    @Nullable
    QuoinMessage receive(long timeoutNs, @Nullable Class<?> bodyType) throws JMSException {
        return receiver.receive(timeoutNs, bodyType);
    }

    /**
     * Receives several messages at once: an extension of Quoin. Waits until there is one, and returns it with whatever else
     * is at hand. In an automatic mode one acknowledgement covers them all; {@code DUPS_OK} and {@code AUTO} do not differ.
     * Without prefetch the server is asked for all of them in one round trip.
     *
     * @param max how many at most, 1 or more
     * @param timeoutMs how long to wait for the first one, in milliseconds; 0 for ever, as {@link #receive(long)}
     * @return in their order; empty if there is none in time, or the consumer is closed meanwhile
     * @throws JMSException as {@link #receive(long)}. A message whose bytes cannot be read goes to the dead letters, the
     *     exception listener hears of it, and the others are returned
     */
    public List<Message> receiveBatch(int max, long timeoutMs) throws JMSException {
        if (max < 1) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "A batch has at least one message, not " + max);
        }
        return receiver.receiveBatch(max, timeoutNs(timeoutMs));
    }

    /** Under the lock. */
    void throwIfLost() throws JMSException {
        JMSException why = lost != null ? lost : inbox.lost();
        if (why != null) {
            throw JmsErrors.again(why);
        }
    }

    /** A delivery has been taken; under the lock. */
    void onTaken(Delivery delivery) {
        if (!session.isAutomatic()) {
            prefetch.undecided().add(delivery.tag());
        }
    }

    /** The application has had a message, and in an automatic mode it is done with; under the lock. */
    void onConsumed(Delivery delivery) {
        if (session.isAutomatic()) {
            session.acknowledgements().consumed(prefetch, delivery);
        }
        if (listener == null) {
            credit.renewIfDue();
        } else if (!prefetch.asksForEach()) {
            credit.afterListener();
        }
    }

    /**
     * Calls the listener, on the session's listener thread and without the lock.
     *
     * @return whether the message was consumed, as far as the listener is concerned
     */
    boolean callListener(Delivery delivery) {
        MessageListener to = listener;
        if (to == null) {
            inbox.locked(() -> prefetch.putBack(delivery));
            return false;
        }
        QuoinMessage message;
        try {
            session.handOuts().name(session.number(), delivery);
            message = session.messages().open(decoder, delivery);
        } catch (JMSException e) {
            session.reject(prefetch, delivery, e);
            return false;
        }
        try {
            to.onMessage(message);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "The message listener of " + spec.destination() + " has thrown an exception", e);
            if (session.isAutomatic()) {
                session.decisions().redeliver();
                return false;
            }
            return true;
        }
    }

    // --- Strict delivery

    /**
     * Decides a message in doubt of this consumer's queue or subscription: an extension of Quoin for destinations with {@code
     * delivery=strict}. A message is in doubt when a consumer vanished that may have had it in hand; nobody but the application
     * can find out whether its work was done.
     *
     * @param messageId its {@code JMSMessageID}
     * @param resolution whether it was consumed, and goes, or is delivered once more
     * @throws jakarta.jms.IllegalStateException if it is not in doubt (QN-2029); one that is delivered with {@code
     *     JMS_Quoin_InDoubt} is decided by acknowledging it
     */
    public void resolve(String messageId, InDoubt resolution) throws JMSException {
        checkOpen();
        MessageId id = messageId == null ? null : MessageId.parse(messageId);
        if (id == null || resolution == null) {
            throw JmsErrors.of(
                    ErrorCode.BAD_ARGUMENT, "'" + messageId + "' is no message id, or the resolution is " + resolution);
        }
        session.consumers().resolve(this, id, resolution.wire());
    }

    // --- The end

    @Override
    public void close() throws JMSException {
        inbox.lock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            session.listeners().remove(this);
            inbox.wakeAll();
            if (!session.listeners().isCurrentThread()) {
                inbox.awaitWhile(() -> session.listeners().current() == this || receiver.isBusy());
            }
            prefetch.close();
            session.acknowledgements().flush(Flush.LATER);
        } finally {
            inbox.lock().unlock();
        }
        session.consumers().close(this);
    }

    /** The server has closed the consumer, or its session or connection is being closed. */
    void markClosed() {
        inbox.locked(() -> {
            closed = true;
            session.listeners().remove(this);
            prefetch.close();
            inbox.wakeAll();
        });
    }

    /** The server has closed the consumer: the next receive says why. */
    void onLost(JMSException why) {
        inbox.locked(() -> {
            lost = why;
            prefetch.left();
            inbox.wakeAll();
        });
    }

    /** Whether the listener thread waits for a message; under the lock. */
    void wanted(boolean nowWanted) {
        if (prefetch.asksForEach() && !closed) {
            prefetch.wanted(nowWanted);
            inbox.giveBackUnwanted(prefetch);
        }
    }

    /** Under the lock. */
    boolean isClosed() {
        return closed;
    }

    /** Whether a receive has not returned; under the lock. */
    boolean isReceiving() {
        return receiver.isBusy();
    }

    /** Credit for who waits for a message. */
    ConsumerCredit credit() {
        return credit;
    }

    /** Whether the server has closed the consumer; under the lock. */
    boolean isLost() {
        return lost != null;
    }

    void checkOpen() throws JMSException {
        inbox.lock().lock();
        try {
            checkOpenLocked();
        } finally {
            inbox.lock().unlock();
        }
    }

    private void checkOpenLocked() throws JMSException {
        if (closed || session.isClosedToCaller()) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The consumer of " + spec.destination() + " is closed");
        }
    }

    /** Under the lock. */
    void checkMayReceive() throws JMSException {
        checkOpenLocked();
        throwIfLost();
        if (session.listeners().hasListeners() || session.loaded().listener() != null) {
            throw JmsErrors.of(
                    ErrorCode.LISTENER_SET,
                    "A consumer of " + spec.destination() + " cannot receive while the session has a message listener");
        }
    }
}
