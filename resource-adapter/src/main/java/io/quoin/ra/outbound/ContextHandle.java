// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection handle and its session in one, for applications and for what containers inject.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
final class ContextHandle implements JMSContext {

    private final ConnectionHandle connection;
    private final SessionHandle session;
    /** How many contexts of the connection are open. */
    private final AtomicInteger sharers;

    private volatile boolean autoStart = true;
    private volatile boolean closed;

    ContextHandle(ConnectionHandle connection, SessionHandle session) {
        this(connection, session, new AtomicInteger(1));
    }

    private ContextHandle(ConnectionHandle connection, SessionHandle session, AtomicInteger sharers) {
        this.connection = connection;
        this.session = session;
        this.sharers = sharers;
    }

    /** Not in a container, where the connection has one session (Messaging 3.1 §12.2). */
    @Override
    public JMSContext createContext(int sessionMode) {
        return Unchecked.call(() -> {
            session.rules().refuse("JMSContext.createContext");
            SessionHandle another = connection.createSession(sessionMode);
            sharers.incrementAndGet();
            return new ContextHandle(connection, another, sharers);
        });
    }

    @Override
    public JMSProducer createProducer() {
        Unchecked.run(session::physical);
        return new ProducerOfContext(session);
    }

    // --- The connection

    @Override
    public @Nullable String getClientID() {
        return Unchecked.query(() -> open().getClientID());
    }

    @Override
    public void setClientID(String id) {
        Unchecked.run(() -> open().setClientID(id));
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return Unchecked.call(() -> open().getMetaData());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return Unchecked.query(() -> open().getExceptionListener());
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        Unchecked.run(() -> open().setExceptionListener(listener));
    }

    @Override
    public void start() {
        Unchecked.run(() -> open().start());
    }

    @Override
    public void stop() {
        Unchecked.run(() -> open().stop());
    }

    @Override
    public void setAutoStart(boolean on) {
        Unchecked.run(this::open);
        autoStart = on;
    }

    @Override
    public boolean getAutoStart() {
        Unchecked.run(this::open);
        return autoStart;
    }

    private ConnectionHandle open() throws JMSException {
        if (closed) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The context is closed");
        }
        return connection;
    }

    @Override
    public void close() {
        Unchecked.run(() -> {
            if (closed) {
                return;
            }
            closed = true;
            session.close();
            if (sharers.decrementAndGet() == 0) {
                connection.close();
            }
        });
    }

    // --- Messages

    @Override
    public BytesMessage createBytesMessage() {
        return Unchecked.call(session::createBytesMessage);
    }

    @Override
    public MapMessage createMapMessage() {
        return Unchecked.call(session::createMapMessage);
    }

    @Override
    public Message createMessage() {
        return Unchecked.call(session::createMessage);
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return Unchecked.call(() -> session.createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(@Nullable Serializable object) {
        return Unchecked.call(() -> session.createObjectMessage(object));
    }

    @Override
    public StreamMessage createStreamMessage() {
        return Unchecked.call(session::createStreamMessage);
    }

    @Override
    public TextMessage createTextMessage() {
        return Unchecked.call(() -> session.createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(@Nullable String text) {
        return Unchecked.call(() -> session.createTextMessage(text));
    }

    // --- The session

    @Override
    public boolean getTransacted() {
        return Unchecked.call(session::getTransacted);
    }

    @Override
    public int getSessionMode() {
        return Unchecked.call(session::getAcknowledgeMode);
    }

    @Override
    public void commit() {
        Unchecked.run(session::commit);
    }

    @Override
    public void rollback() {
        Unchecked.run(session::rollback);
    }

    @Override
    public void recover() {
        Unchecked.run(session::recover);
    }

    @Override
    public void acknowledge() {
        Unchecked.run(session::acknowledge);
    }

    // --- Consumers

    private JMSConsumer consumer(Unchecked.Call<ConsumerHandle> create) {
        return Unchecked.call(() -> {
            JMSConsumer consumer = new ConsumerOfContext(create.run());
            startAutomatically();
            return consumer;
        });
    }

    private void startAutomatically() throws JMSException {
        if (autoStart) {
            connection.start();
        }
    }

    @Override
    public JMSConsumer createConsumer(Destination destination) {
        return consumer(() -> session.createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(Destination destination, @Nullable String selector) {
        return consumer(() -> session.createConsumer(destination, selector));
    }

    @Override
    public JMSConsumer createConsumer(Destination destination, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createConsumer(destination, selector, noLocal));
    }

    @Override
    public JMSConsumer createDurableConsumer(Topic topic, String name) {
        return consumer(() -> session.createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(Topic topic, String name, @Nullable String selector, boolean noLocal) {
        return consumer(() -> session.createDurableConsumer(topic, name, selector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(Topic topic, String name) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(Topic topic, String name, @Nullable String selector) {
        return consumer(() -> session.createSharedDurableConsumer(topic, name, selector));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name) {
        return consumer(() -> session.createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(Topic topic, String name, @Nullable String selector) {
        return consumer(() -> session.createSharedConsumer(topic, name, selector));
    }

    @Override
    public QueueBrowser createBrowser(Queue queue) {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) {
        return Unchecked.call(() -> {
            QueueBrowser browser = session.createBrowser(queue, selector);
            startAutomatically();
            return browser;
        });
    }

    @Override
    public void unsubscribe(String name) {
        Unchecked.run(() -> session.unsubscribe(name));
    }

    // --- Destinations

    @Override
    public Queue createQueue(String name) {
        return Unchecked.call(() -> session.createQueue(name));
    }

    @Override
    public Topic createTopic(String name) {
        return Unchecked.call(() -> session.createTopic(name));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return Unchecked.call(session::createTemporaryQueue);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return Unchecked.call(session::createTemporaryTopic);
    }
}
