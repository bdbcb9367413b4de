// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

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
import jakarta.jms.MessageConsumer;
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

/** A session and its connection in one; contexts made from one another share the connection, and the last one closes it. */
public class QuoinJMSContext implements JMSContext {

    private final QuoinConnection connection;
    private final QuoinSession session;
    /** How many contexts of the connection are open. */
    private final AtomicInteger sharers;

    private volatile boolean autoStart = true;
    private volatile boolean closed;

    QuoinJMSContext(QuoinConnection connection, QuoinSession session, AtomicInteger sharers) {
        this.connection = connection;
        this.session = session;
        this.sharers = sharers;
    }

    /** The first context of a connection. */
    static QuoinJMSContext open(QuoinConnection connection, Mode mode) throws JMSException {
        try {
            return new QuoinJMSContext(connection, connection.createSession(mode, Domain.BOTH), new AtomicInteger(1));
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return Unchecked.call(() -> {
            session.core().checkOpen();
            connection.use();
            QuoinSession another = connection.createSession(Mode.of(sessionMode), Domain.BOTH);
            sharers.incrementAndGet();
            return new QuoinJMSContext(connection, another, sharers);
        });
    }

    @Override
    public JMSProducer createProducer() {
        return Unchecked.call(() -> {
            session.core().checkOpen();
            return new QuoinJMSProducer(session);
        });
    }

    // --- The connection

    @Override
    public @Nullable String getClientID() {
        return Unchecked.query(() -> {
            session.core().checkOpen();
            return connection.getClientID();
        });
    }

    @Override
    public void setClientID(String id) {
        Unchecked.run(() -> {
            session.core().checkOpen();
            connection.setClientID(id);
        });
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return Unchecked.call(() -> {
            session.core().checkOpen();
            return connection.getMetaData();
        });
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        return Unchecked.query(() -> {
            session.core().checkOpen();
            return connection.getExceptionListener();
        });
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) {
        Unchecked.run(() -> {
            session.core().checkOpen();
            connection.setExceptionListener(listener);
        });
    }

    @Override
    public void start() {
        Unchecked.run(() -> {
            session.core().checkOpen();
            connection.start();
        });
    }

    @Override
    public void stop() {
        Unchecked.run(() -> {
            session.core().checkOpen();
            connection.stop();
        });
    }

    @Override
    public void setAutoStart(boolean on) {
        Unchecked.run(session.core()::checkOpen);
        autoStart = on;
    }

    @Override
    public boolean getAutoStart() {
        Unchecked.run(session.core()::checkOpen);
        return autoStart;
    }

    @Override
    public void close() {
        Unchecked.run(() -> {
            if (closed) {
                return;
            }
            session.core().checkNotCalledBack("close");
            closed = true;
            if (sharers.decrementAndGet() == 0) {
                connection.close();
            } else {
                session.close();
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
            session.core().checkOpen();
            connection.use();
            QuoinJMSConsumer consumer = new QuoinJMSConsumer((QuoinMessageConsumer) create.run());
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
            session.core().checkOpen();
            connection.use();
            QueueBrowser browser = session.createBrowser(queue, selector);
            startAutomatically();
            return browser;
        });
    }

    @Override
    public void unsubscribe(String name) {
        Unchecked.run(() -> {
            session.core().checkOpen();
            connection.use();
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
            session.core().checkOpen();
            connection.use();
            return session.createTemporaryQueue();
        });
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return Unchecked.call(() -> {
            session.core().checkOpen();
            connection.use();
            return session.createTemporaryTopic();
        });
    }
}
