// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import io.quoin.jms.destination.TemporaryDestination;
import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.QuoinBytesMessage;
import io.quoin.jms.message.QuoinMapMessage;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.jms.message.QuoinObjectMessage;
import io.quoin.jms.message.QuoinStreamMessage;
import io.quoin.jms.message.QuoinTextMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A session of either domain: checks its state and the arguments, and leaves the work to {@link SessionCore}. Creating one
 * and creating producers takes no round trip.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
public class QuoinSession implements QueueSession, TopicSession {

    /** Acknowledges every message by itself: an extension of Quoin. */
    public static final int INDIVIDUAL_ACKNOWLEDGE = 101;

    private final QuoinConnection connection;
    private final SessionCore core;
    private final Domain domain;

    QuoinSession(QuoinConnection connection, SessionCore core, Domain domain) {
        this.connection = connection;
        this.core = core;
        this.domain = domain;
    }

    SessionCore core() {
        return core;
    }

    QuoinConnection connection() {
        return connection;
    }

    // --- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return new QuoinBytesMessage(context());
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return new QuoinMapMessage(context());
    }

    @Override
    public Message createMessage() throws JMSException {
        return new QuoinMessage(context());
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return new QuoinObjectMessage(context());
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        QuoinObjectMessage message = new QuoinObjectMessage(context());
        message.setObject(object);
        return message;
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return new QuoinStreamMessage(context());
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return new QuoinTextMessage(context());
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        QuoinTextMessage message = new QuoinTextMessage(context());
        message.setText(text);
        return message;
    }

    private MessageContext context() throws JMSException {
        core.checkOpen();
        return connection.settings().messages();
    }

    // --- The session itself

    @Override
    public boolean getTransacted() throws JMSException {
        core.checkOpen();
        return core.mode().isTransacted();
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        core.checkOpen();
        return core.mode().jmsMode();
    }

    @Override
    public void commit() throws JMSException {
        core.decisions().commit();
    }

    @Override
    public void rollback() throws JMSException {
        core.decisions().rollback();
    }

    @Override
    public void recover() throws JMSException {
        core.decisions().recover();
    }

    @Override
    public void close() throws JMSException {
        core.close();
    }

    /** Acknowledges everything that the session has delivered, in CLIENT_ACKNOWLEDGE mode; ignored in the others. */
    public void acknowledge() throws JMSException {
        core.decisions().acknowledge();
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        core.checkOpen();
        return core.loaded().listener();
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        core.checkOpen();
        core.setDistinguishedListener(listener);
    }

    /**
     * Gives the session's message listener what a connection consumer has loaded into the session, one after the other on
     * the calling thread. Meant for {@link jakarta.jms.ServerSession}s; without anything loaded it returns at once. What
     * cannot be delivered, since the connection was stopped or the session closed meanwhile, goes back to where it was.
     */
    @Override
    public void run() {
        core.loaded().run();
    }

    /** Whether connection consumers have loaded something that waits for {@link #run}: for the resource adapter. */
    public boolean hasLoaded() {
        return core.loaded().isAny();
    }

    /**
     * Gives back what connection consumers have loaded and no {@link #run} has begun, uncounted: for the resource adapter, when
     * nobody can run the session now.
     */
    public void returnLoaded() {
        core.loaded().handBack();
    }

    // --- Producers

    @Override
    public MessageProducer createProducer(@Nullable Destination destination) throws JMSException {
        core.checkOpen();
        return new QuoinMessageProducer(this, destination == null ? null : QuoinDestination.of(destination));
    }

    @Override
    public QueueSender createSender(@Nullable Queue queue) throws JMSException {
        return (QueueSender) createProducer(queue);
    }

    @Override
    public TopicPublisher createPublisher(@Nullable Topic topic) throws JMSException {
        return (TopicPublisher) createProducer(topic);
    }

    // --- Consumers

    @Override
    public MessageConsumer createConsumer(Destination destination) throws JMSException {
        return createConsumer(destination, null, false);
    }

    @Override
    public MessageConsumer createConsumer(Destination destination, @Nullable String selector) throws JMSException {
        return createConsumer(destination, selector, false);
    }

    @Override
    public MessageConsumer createConsumer(Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        core.checkOpen();
        QuoinDestination own = QuoinDestination.of(destination);
        boolean topic = own.kind().isTopic();
        return core.consumers().open(new ConsumerSpec(own, null, selector(selector), false, false, noLocal && topic));
    }

    @Override
    public QueueReceiver createReceiver(Queue queue) throws JMSException {
        return (QueueReceiver) createConsumer(queue);
    }

    @Override
    public QueueReceiver createReceiver(Queue queue, @Nullable String selector) throws JMSException {
        return (QueueReceiver) createConsumer(queue, selector);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
        return createSubscriber(topic, null, false);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic, @Nullable String selector, boolean noLocal)
            throws JMSException {
        domain.checkTopics("createSubscriber");
        return (TopicSubscriber) createConsumer(topic, selector, noLocal);
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name) throws JMSException {
        return createSharedConsumer(topic, name, null);
    }

    @Override
    public MessageConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector)
            throws JMSException {
        return subscribe("createSharedConsumer", topic, name, selector, false, true, false);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
        return createDurableSubscriber(topic, name, null, false);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return subscribe("createDurableSubscriber", topic, name, selector, true, false, noLocal);
    }

    @Override
    public MessageConsumer createDurableConsumer(Topic topic, String name) throws JMSException {
        return createDurableConsumer(topic, name, null, false);
    }

    @Override
    public MessageConsumer createDurableConsumer(Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return subscribe("createDurableConsumer", topic, name, selector, true, false, noLocal);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name) throws JMSException {
        return createSharedDurableConsumer(topic, name, null);
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(Topic topic, String name, @Nullable String selector)
            throws JMSException {
        return subscribe("createSharedDurableConsumer", topic, name, selector, true, true, false);
    }

    private QuoinMessageConsumer subscribe(
            String method,
            @Nullable Topic topic,
            @Nullable String name,
            @Nullable String selector,
            boolean durable,
            boolean shared,
            boolean noLocal)
            throws JMSException {
        core.checkOpen();
        domain.checkTopics(method);
        return core.consumers()
                .open(ConsumerSpec.subscription(
                        connection.clientId(), topic, name, selector, durable, shared, noLocal));
    }

    private static @Nullable String selector(@Nullable String selector) {
        return selector == null || selector.isBlank() ? null : selector;
    }

    @Override
    public void unsubscribe(String name) throws JMSException {
        core.checkOpen();
        domain.checkTopics("unsubscribe");
        core.consumers().unsubscribe(name);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) throws JMSException {
        core.checkOpen();
        domain.checkQueues("createBrowser");
        return core.browse(QuoinDestination.of(queue), selector(selector));
    }

    // --- Destinations

    @Override
    public Queue createQueue(String name) throws JMSException {
        core.checkOpen();
        domain.checkQueues("createQueue");
        return QuoinQueue.named(name);
    }

    @Override
    public Topic createTopic(String name) throws JMSException {
        core.checkOpen();
        domain.checkTopics("createTopic");
        return QuoinTopic.named(name);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        core.checkOpen();
        domain.checkQueues("createTemporaryQueue");
        return connection.temporaries().createQueue();
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        core.checkOpen();
        domain.checkTopics("createTemporaryTopic");
        return connection.temporaries().createTopic();
    }

    @Override
    public String toString() {
        return "QuoinSession[" + core.mode() + "]";
    }

    /** Whether consumers of this session may consume from {@code destination}. */
    static boolean isForeignTemporary(QuoinConnection connection, QuoinDestination destination) {
        return destination.kind().isTemporary()
                && !TemporaryDestination.isOwnedBy(connection.channel().connectionId(), destination);
    }
}
