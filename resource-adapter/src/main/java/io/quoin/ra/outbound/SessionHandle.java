// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinSession;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.Unchecked;
import io.quoin.protocol.ErrorCode;
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
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What an application has of the session of a pooled connection. While a transaction is active it is part of that, and
 * outside of one it acknowledges automatically, whenever it was created (Messaging 3.1 §12.3).
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
final class SessionHandle implements QueueSession, TopicSession {

    private static final Logger LOG = System.getLogger(SessionHandle.class.getName());

    private final ConnectionHandle connection;
    /** A session of its own; only where rules are not enforced, and no transaction was active. */
    private final @Nullable QuoinSession own;

    private final int mode;
    private final Domain domain;
    private final Set<Bound<?>> parts = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param own null for a share in that of the managed connection
     * @param mode how such a share acknowledges outside of transactions
     */
    SessionHandle(ConnectionHandle connection, @Nullable QuoinSession own, int mode, Domain domain) {
        this.connection = connection;
        this.own = own;
        this.mode = mode;
        this.domain = domain;
    }

    ConnectionHandle connection() {
        return connection;
    }

    /** The session on the wire, as it is now. */
    QuoinSession physical() throws JMSException {
        if (closed) {
            throw closedError();
        }
        return own == null ? connection.managed().session() : own;
    }

    /** A call has failed: its pool is told if the connection is lost. */
    JMSException failed(JMSException e) {
        try {
            return connection.managed().failed(e);
        } catch (JMSException closedMeanwhile) {
            return e;
        }
    }

    EeRules rules() throws JMSException {
        physical();
        return connection.managed().rules();
    }

    void forget(Bound<?> part) {
        parts.remove(part);
    }

    static JMSException closedError() {
        return JmsErrors.of(
                ErrorCode.OBJECT_CLOSED, "The session is closed, or its connection has gone back to its pool");
    }

    // --- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return physical().createBytesMessage();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return physical().createMapMessage();
    }

    @Override
    public Message createMessage() throws JMSException {
        return physical().createMessage();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return physical().createObjectMessage();
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) throws JMSException {
        return physical().createObjectMessage(object);
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return physical().createStreamMessage();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return physical().createTextMessage();
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) throws JMSException {
        return physical().createTextMessage(text);
    }

    // --- The session itself

    private boolean isInTransaction() throws JMSException {
        physical();
        return own == null && connection.managed().isInTransaction();
    }

    @Override
    public boolean getTransacted() throws JMSException {
        return own == null ? isInTransaction() : own.getTransacted();
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        if (own != null) {
            return own.getAcknowledgeMode();
        }
        return isInTransaction() ? Session.SESSION_TRANSACTED : mode;
    }

    @Override
    public void commit() throws JMSException {
        if (own == null) {
            throw notTransacted("commit");
        }
        own.commit();
    }

    @Override
    public void rollback() throws JMSException {
        if (own == null) {
            throw notTransacted("rollback");
        }
        own.rollback();
    }

    private JMSException notTransacted(String method) throws JMSException {
        return isInTransaction()
                ? JmsErrors.of(
                        ErrorCode.TRANSACTION_IN_PROGRESS,
                        method + " was called on a session whose work a transaction manager completes")
                : JmsErrors.of(
                        ErrorCode.NOT_TRANSACTED, method + " was called on a session that is not in a transaction");
    }

    /** Outside of a transaction everything that was received is acknowledged, and nothing comes again. */
    @Override
    public void recover() throws JMSException {
        if (own != null) {
            own.recover();
        } else if (isInTransaction()) {
            throw notTransacted("recover");
        }
    }

    /** What {@code JMSContext.acknowledge} does. */
    void acknowledge() throws JMSException {
        QuoinSession on = physical();
        if (own != null) {
            on.acknowledge();
        }
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        rules().refuse("Session.getMessageListener");
        return physical().getMessageListener();
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        rules().refuse("Session.setMessageListener");
        physical().setMessageListener(listener);
    }

    @Override
    public void run() {
        Unchecked.run(() -> {
            rules().refuse("Session.run");
            physical().run();
        });
    }

    // --- Producers

    @Override
    public MessageProducer createProducer(@Nullable Destination destination) throws JMSException {
        return new ProducerHandle(this, destination);
    }

    @Override
    public QueueSender createSender(@Nullable Queue queue) throws JMSException {
        return new ProducerHandle(this, queue);
    }

    @Override
    public TopicPublisher createPublisher(@Nullable Topic topic) throws JMSException {
        return new ProducerHandle(this, topic);
    }

    // --- Consumers

    private ConsumerHandle consumer(Bound.Recipe<MessageConsumer> recipe) throws JMSException {
        return new ConsumerHandle(bind(recipe));
    }

    private <T extends AutoCloseable> Bound<T> bind(Bound.Recipe<T> recipe) throws JMSException {
        Bound<T> part = new Bound<>(this, recipe);
        parts.add(part);
        return part;
    }

    @Override
    public ConsumerHandle createConsumer(Destination destination) throws JMSException {
        return consumer(on -> on.createConsumer(destination));
    }

    @Override
    public ConsumerHandle createConsumer(Destination destination, @Nullable String selector) throws JMSException {
        return consumer(on -> on.createConsumer(destination, selector));
    }

    @Override
    public ConsumerHandle createConsumer(Destination destination, @Nullable String selector, boolean noLocal)
            throws JMSException {
        return consumer(on -> on.createConsumer(destination, selector, noLocal));
    }

    @Override
    public QueueReceiver createReceiver(Queue queue) throws JMSException {
        return createConsumer(queue);
    }

    @Override
    public QueueReceiver createReceiver(Queue queue, @Nullable String selector) throws JMSException {
        return createConsumer(queue, selector);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic) throws JMSException {
        domain.checkTopics("createSubscriber");
        return createConsumer(topic);
    }

    @Override
    public TopicSubscriber createSubscriber(Topic topic, @Nullable String selector, boolean noLocal)
            throws JMSException {
        domain.checkTopics("createSubscriber");
        return createConsumer(topic, selector, noLocal);
    }

    @Override
    public ConsumerHandle createSharedConsumer(Topic topic, String name) throws JMSException {
        domain.checkTopics("createSharedConsumer");
        return consumer(on -> on.createSharedConsumer(topic, name));
    }

    @Override
    public ConsumerHandle createSharedConsumer(Topic topic, String name, @Nullable String selector)
            throws JMSException {
        domain.checkTopics("createSharedConsumer");
        return consumer(on -> on.createSharedConsumer(topic, name, selector));
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name) throws JMSException {
        domain.checkTopics("createDurableSubscriber");
        return createDurableConsumer(topic, name);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        domain.checkTopics("createDurableSubscriber");
        return createDurableConsumer(topic, name, selector, noLocal);
    }

    @Override
    public ConsumerHandle createDurableConsumer(Topic topic, String name) throws JMSException {
        domain.checkTopics("createDurableConsumer");
        return consumer(on -> on.createDurableConsumer(topic, name));
    }

    @Override
    public ConsumerHandle createDurableConsumer(Topic topic, String name, @Nullable String selector, boolean noLocal)
            throws JMSException {
        domain.checkTopics("createDurableConsumer");
        return consumer(on -> on.createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public ConsumerHandle createSharedDurableConsumer(Topic topic, String name) throws JMSException {
        domain.checkTopics("createSharedDurableConsumer");
        return consumer(on -> on.createSharedDurableConsumer(topic, name));
    }

    @Override
    public ConsumerHandle createSharedDurableConsumer(Topic topic, String name, @Nullable String selector)
            throws JMSException {
        domain.checkTopics("createSharedDurableConsumer");
        return consumer(on -> on.createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public void unsubscribe(String name) throws JMSException {
        domain.checkTopics("unsubscribe");
        try {
            physical().unsubscribe(name);
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) throws JMSException {
        domain.checkQueues("createBrowser");
        return new BrowserHandle(bind(on -> on.createBrowser(queue, selector)));
    }

    // --- Destinations

    @Override
    public Queue createQueue(String name) throws JMSException {
        domain.checkQueues("createQueue");
        return physical().createQueue(name);
    }

    @Override
    public Topic createTopic(String name) throws JMSException {
        domain.checkTopics("createTopic");
        return physical().createTopic(name);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        domain.checkQueues("createTemporaryQueue");
        try {
            return connection.managed().keep(physical().createTemporaryQueue());
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        domain.checkTopics("createTemporaryTopic");
        try {
            return connection.managed().keep(physical().createTemporaryTopic());
        } catch (JMSException e) {
            throw failed(e);
        }
    }

    // --- Moving, and the end

    /** The connection moves to another pooled one: what there is of this one is closed. */
    void leave() {
        parts.forEach(Bound::leave);
    }

    /** Consumers are closed; what they have received in a transaction is decided with that. */
    @Override
    public void close() throws JMSException {
        end();
        connection.forget(this);
    }

    void end() {
        if (closed) {
            return;
        }
        closed = true;
        parts.forEach(Bound::end);
        parts.clear();
        if (own != null) {
            try {
                own.close();
            } catch (JMSException e) {
                LOG.log(Level.DEBUG, "A session was not closed in order: " + e.getMessage());
            }
        }
    }

    @Override
    public String toString() {
        return "SessionHandle[" + connection + "]";
    }
}
