// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.context;

import io.quoin.jms.errors.Unchecked;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Does by a connection and a session of the classic API what a context does. How contexts share a connection, and how they end,
 * is for subclasses.
 *
 * <p>Thread: one at a time.
 */
public abstract class SessionContext implements JMSContext {

    private final Connection connection;
    private final Session session;
    private volatile boolean autoStart = true;

    /** On these two. */
    protected SessionContext(Connection connection, Session session) {
        this.connection = connection;
        this.session = session;
    }

    /**
     * Does nothing as long as the context is open.
     *
     * @throws JMSException if it is closed
     */
    protected abstract void checkOpen() throws JMSException;

    /**
     * The connection is used from now on, and its client id set.
     *
     * @throws JMSException if the context is closed
     */
    protected abstract void use() throws JMSException;

    /** What the context's session has created, in the simplified API. */
    protected abstract JMSConsumer simplified(MessageConsumer consumer);

    // --- The connection

    @Override
    public @Nullable String getClientID() {
        return Unchecked.query(() -> {
            checkOpen();
            return connection.getClientID();
        });
    }

    @Override
    public void setClientID(String id) {
        Unchecked.run(() -> {
            checkOpen();
            connection.setClientID(id);
        });
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return Unchecked.call(() -> {
            checkOpen();
            return connection.getMetaData();
        });
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return Unchecked.query(() -> {
            checkOpen();
            return connection.getExceptionListener();
        });
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        Unchecked.run(() -> {
            checkOpen();
            connection.setExceptionListener(listener);
        });
    }

    @Override
    public void start() {
        Unchecked.run(() -> {
            checkOpen();
            connection.start();
        });
    }

    @Override
    public void stop() {
        Unchecked.run(() -> {
            checkOpen();
            connection.stop();
        });
    }

    @Override
    public void setAutoStart(boolean on) {
        Unchecked.run(this::checkOpen);
        autoStart = on;
    }

    @Override
    public boolean getAutoStart() {
        Unchecked.run(this::checkOpen);
        return autoStart;
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

    // --- Consumers

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

    private JMSConsumer consumer(Unchecked.Call<MessageConsumer> create) {
        return Unchecked.call(() -> {
            use();
            JMSConsumer consumer = simplified(create.run());
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
    public QueueBrowser createBrowser(Queue queue) {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(Queue queue, @Nullable String selector) {
        return Unchecked.call(() -> {
            use();
            QueueBrowser browser = session.createBrowser(queue, selector);
            startAutomatically();
            return browser;
        });
    }

    @Override
    public void unsubscribe(String name) {
        Unchecked.run(() -> {
            use();
            session.unsubscribe(name);
        });
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
        return Unchecked.call(() -> {
            use();
            return session.createTemporaryQueue();
        });
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return Unchecked.call(() -> {
            use();
            return session.createTemporaryTopic();
        });
    }
}
