// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/**
 * A producer of a session handle. What is set on it stays set when the handle moves.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
final class ProducerHandle implements QueueSender, TopicPublisher {

    private final SessionHandle session;
    private final Bound<MessageProducer> producer;
    private boolean idDisabled;
    private boolean timestampDisabled;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timeToLiveMs = Message.DEFAULT_TIME_TO_LIVE;
    private long delayMs = Message.DEFAULT_DELIVERY_DELAY;

    ProducerHandle(SessionHandle session, @Nullable Destination destination) throws JMSException {
        this.session = session;
        this.producer = new Bound<>(session, on -> on.createProducer(destination));
    }

    private MessageProducer current() throws JMSException {
        return producer.get();
    }

    /** Everything is said with each send, so that it does not matter on which connection the producer is now. */
    private MessageProducer ready() throws JMSException {
        MessageProducer to = current();
        to.setDisableMessageID(idDisabled);
        to.setDisableMessageTimestamp(timestampDisabled);
        to.setDeliveryDelay(delayMs);
        return to;
    }

    // --- Sending

    @Override
    public void send(Message message) throws JMSException {
        send(message, deliveryMode, priority, timeToLiveMs);
    }

    @Override
    public void send(Message message, int mode, int withPriority, long ttlMs) throws JMSException {
        try {
            ready().send(message, mode, withPriority, ttlMs);
        } catch (JMSException e) {
            throw session.failed(e);
        }
    }

    @Override
    public void send(Destination destination, Message message) throws JMSException {
        send(destination, message, deliveryMode, priority, timeToLiveMs);
    }

    @Override
    public void send(Destination destination, Message message, int mode, int withPriority, long ttlMs)
            throws JMSException {
        try {
            ready().send(destination, message, mode, withPriority, ttlMs);
        } catch (JMSException e) {
            throw session.failed(e);
        }
    }

    @Override
    public void send(Queue queue, Message message) throws JMSException {
        send((Destination) queue, message);
    }

    @Override
    public void send(Queue queue, Message message, int mode, int withPriority, long ttlMs) throws JMSException {
        send((Destination) queue, message, mode, withPriority, ttlMs);
    }

    @Override
    public void publish(Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(Message message, int mode, int withPriority, long ttlMs) throws JMSException {
        send(message, mode, withPriority, ttlMs);
    }

    @Override
    public void publish(Topic topic, Message message) throws JMSException {
        send(topic, message);
    }

    @Override
    public void publish(Topic topic, Message message, int mode, int withPriority, long ttlMs) throws JMSException {
        send(topic, message, mode, withPriority, ttlMs);
    }

    // --- Sending without waiting, which containers do not allow

    private MessageProducer unruled() throws JMSException {
        session.rules().refuse("MessageProducer.send with a completion listener");
        return ready();
    }

    @Override
    public void send(Message message, CompletionListener listener) throws JMSException {
        unruled().send(message, deliveryMode, priority, timeToLiveMs, listener);
    }

    @Override
    public void send(Message message, int mode, int withPriority, long ttlMs, CompletionListener listener)
            throws JMSException {
        unruled().send(message, mode, withPriority, ttlMs, listener);
    }

    @Override
    public void send(Destination destination, Message message, CompletionListener listener) throws JMSException {
        unruled().send(destination, message, deliveryMode, priority, timeToLiveMs, listener);
    }

    @Override
    public void send(
            Destination destination,
            Message message,
            int mode,
            int withPriority,
            long ttlMs,
            CompletionListener listener)
            throws JMSException {
        unruled().send(destination, message, mode, withPriority, ttlMs, listener);
    }

    // --- How messages are sent

    @Override
    public void setDisableMessageID(boolean value) throws JMSException {
        current().setDisableMessageID(value);
        idDisabled = value;
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        current();
        return idDisabled;
    }

    @Override
    public void setDisableMessageTimestamp(boolean value) throws JMSException {
        current().setDisableMessageTimestamp(value);
        timestampDisabled = value;
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        current();
        return timestampDisabled;
    }

    @Override
    public void setDeliveryMode(int value) throws JMSException {
        current().setDeliveryMode(value);
        deliveryMode = value;
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        current();
        return deliveryMode;
    }

    @Override
    public void setPriority(int value) throws JMSException {
        current().setPriority(value);
        priority = value;
    }

    @Override
    public int getPriority() throws JMSException {
        current();
        return priority;
    }

    @Override
    public void setTimeToLive(long valueMs) throws JMSException {
        current().setTimeToLive(valueMs);
        timeToLiveMs = valueMs;
    }

    @Override
    public long getTimeToLive() throws JMSException {
        current();
        return timeToLiveMs;
    }

    @Override
    public void setDeliveryDelay(long valueMs) throws JMSException {
        current().setDeliveryDelay(valueMs);
        delayMs = valueMs;
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        current();
        return delayMs;
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        return current().getDestination();
    }

    @Override
    public Queue getQueue() throws JMSException {
        return ((QueueSender) current()).getQueue();
    }

    @Override
    public Topic getTopic() throws JMSException {
        return ((TopicPublisher) current()).getTopic();
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
