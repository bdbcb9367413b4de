// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/**
 * A producer of either domain. It exists only here: the server knows of sends, not of producers.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
public final class QuoinMessageProducer implements QueueSender, TopicPublisher {

    private final QuoinSession session;
    /** Null if every send names its destination. */
    private final @Nullable QuoinDestination destination;

    private volatile boolean closed;
    private boolean idDisabled;
    private boolean timestampDisabled;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timeToLiveMs = Message.DEFAULT_TIME_TO_LIVE;
    private long delayMs = Message.DEFAULT_DELIVERY_DELAY;
    /** All of these, until one is changed. */
    private Outbox.@Nullable Options options;

    QuoinMessageProducer(QuoinSession session, @Nullable QuoinDestination destination) {
        this.session = session;
        this.destination = destination;
    }

    // --- Settings

    @Override
    public void setDisableMessageID(boolean disabled) throws JMSException {
        checkOpen();
        idDisabled = disabled;
        options = null;
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        checkOpen();
        return idDisabled;
    }

    @Override
    public void setDisableMessageTimestamp(boolean disabled) throws JMSException {
        checkOpen();
        timestampDisabled = disabled;
        options = null;
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        checkOpen();
        return timestampDisabled;
    }

    @Override
    public void setDeliveryMode(int mode) throws JMSException {
        checkOpen();
        deliveryMode = checkedMode(mode);
        options = null;
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        checkOpen();
        return deliveryMode;
    }

    @Override
    public void setPriority(int to) throws JMSException {
        checkOpen();
        priority = checkedPriority(to);
        options = null;
    }

    @Override
    public int getPriority() throws JMSException {
        checkOpen();
        return priority;
    }

    @Override
    public void setTimeToLive(long toMs) throws JMSException {
        checkOpen();
        timeToLiveMs = checkedTime(toMs, "time-to-live");
        options = null;
    }

    @Override
    public long getTimeToLive() throws JMSException {
        checkOpen();
        return timeToLiveMs;
    }

    @Override
    public void setDeliveryDelay(long toMs) throws JMSException {
        checkOpen();
        delayMs = checkedTime(toMs, "delivery delay");
        options = null;
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        checkOpen();
        return delayMs;
    }

    static int checkedMode(int mode) throws JMSException {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "There is no delivery mode " + mode);
        }
        return mode;
    }

    static int checkedPriority(int priority) throws JMSException {
        if (priority < 0 || priority > 9) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The priority " + priority + " is not between 0 and 9");
        }
        return priority;
    }

    static long checkedTime(long timeMs, String what) throws JMSException {
        if (timeMs < 0) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The " + what + " " + timeMs + " ms is negative");
        }
        return timeMs;
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        checkOpen();
        return destination;
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        checkOpen();
        if (destination == null || destination instanceof Queue) {
            return (Queue) destination;
        }
        throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, "The producer is one of the topic " + destination);
    }

    @Override
    public @Nullable Topic getTopic() throws JMSException {
        checkOpen();
        if (destination == null || destination instanceof Topic) {
            return (Topic) destination;
        }
        throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, "The producer is one of the queue " + destination);
    }

    // --- Sending

    @Override
    public void send(Message message) throws JMSException {
        send(own(), message, options(), null);
    }

    @Override
    public void send(Message message, int mode, int priority, long timeToLiveMs) throws JMSException {
        send(own(), message, options(mode, priority, timeToLiveMs), null);
    }

    @Override
    public void send(Destination to, Message message) throws JMSException {
        send(named(to), message, options(), null);
    }

    @Override
    public void send(Destination to, Message message, int mode, int priority, long timeToLiveMs) throws JMSException {
        send(named(to), message, options(mode, priority, timeToLiveMs), null);
    }

    @Override
    public void send(Message message, CompletionListener listener) throws JMSException {
        send(own(), message, options(), checked(listener));
    }

    @Override
    public void send(Message message, int mode, int priority, long timeToLiveMs, CompletionListener listener)
            throws JMSException {
        send(own(), message, options(mode, priority, timeToLiveMs), checked(listener));
    }

    @Override
    public void send(Destination to, Message message, CompletionListener listener) throws JMSException {
        send(named(to), message, options(), checked(listener));
    }

    @Override
    public void send(
            Destination to, Message message, int mode, int priority, long timeToLiveMs, CompletionListener listener)
            throws JMSException {
        send(named(to), message, options(mode, priority, timeToLiveMs), checked(listener));
    }

    private void send(
            QuoinDestination to, Message message, Outbox.Options options, @Nullable CompletionListener listener)
            throws JMSException {
        session.core().outbox().send(to, message, options, listener);
    }

    private Outbox.Options options() {
        Outbox.Options made = options;
        if (made == null) {
            made = new Outbox.Options(deliveryMode, priority, timeToLiveMs, delayMs, idDisabled, timestampDisabled);
            options = made;
        }
        return made;
    }

    private Outbox.Options options(int mode, int priority, long timeToLiveMs) throws JMSException {
        return new Outbox.Options(
                checkedMode(mode),
                checkedPriority(priority),
                checkedTime(timeToLiveMs, "time-to-live"),
                delayMs,
                idDisabled,
                timestampDisabled);
    }

    /** The producer's own destination, for sends that name none. */
    private QuoinDestination own() throws JMSException {
        checkOpen();
        if (destination == null) {
            throw new UnsupportedOperationException("The producer has no destination: name one with the message");
        }
        return destination;
    }

    /** The destination that a send names, which a producer that has its own does not allow. */
    private QuoinDestination named(Destination to) throws JMSException {
        checkOpen();
        if (destination != null) {
            throw new UnsupportedOperationException("The producer sends to " + destination + " only");
        }
        return QuoinDestination.of(to);
    }

    private static CompletionListener checked(@Nullable CompletionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("The completion listener is null");
        }
        return listener;
    }

    @Override
    public void publish(Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(Message message, int mode, int priority, long timeToLiveMs) throws JMSException {
        send(message, mode, priority, timeToLiveMs);
    }

    @Override
    public void publish(Topic topic, Message message) throws JMSException {
        send(topic, message);
    }

    @Override
    public void publish(Topic topic, Message message, int mode, int priority, long timeToLiveMs) throws JMSException {
        send(topic, message, mode, priority, timeToLiveMs);
    }

    @Override
    public void send(Queue queue, Message message) throws JMSException {
        send((Destination) queue, message);
    }

    @Override
    public void send(Queue queue, Message message, int mode, int priority, long timeToLiveMs) throws JMSException {
        send((Destination) queue, message, mode, priority, timeToLiveMs);
    }

    // --- The end

    @Override
    public void close() throws JMSException {
        session.core().completions().checkNotCalledBack("close");
        if (closed) {
            return;
        }
        closed = true;
        session.core().completions().awaitAll();
    }

    private void checkOpen() throws JMSException {
        if (closed) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The producer is closed");
        }
        session.core().checkOpen();
    }
}
