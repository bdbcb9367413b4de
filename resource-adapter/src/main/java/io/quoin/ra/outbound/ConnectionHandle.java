// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinSession;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an application has of a pooled connection. A container may move it to another pooled connection at any time between
 * calls; it and what was made of it goes on there.
 *
 * <p>Thread: any.
 */
public final class ConnectionHandle implements QueueConnection, TopicConnection {

    /** Guards what follows; never held while the server is waited for. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<SessionHandle> sessions = new ArrayList<>();
    private volatile @Nullable QuoinManagedConnection managed;
    private volatile Domain domain = Domain.BOTH;
    private volatile @Nullable ExceptionListener listener;
    private boolean started;

    ConnectionHandle(QuoinManagedConnection managed) {
        this.managed = managed;
    }

    /** The same for one domain, before anybody uses it. */
    ConnectionHandle as(Domain to) {
        domain = to;
        return this;
    }

    /** The pooled connection that it works on now. */
    QuoinManagedConnection managed() throws JMSException {
        QuoinManagedConnection now = managed;
        if (now == null) {
            throw QuoinManagedConnection.closedError();
        }
        return now;
    }

    @Nullable
    ExceptionListener listener() {
        return listener;
    }

    /** Moves to another pooled connection; returns the former one. */
    @Nullable
    QuoinManagedConnection moveTo(QuoinManagedConnection to) throws ResourceException {
        QuoinManagedConnection former = managed;
        if (former == to) {
            return former;
        }
        openSessions().forEach(SessionHandle::leave);
        managed = to;
        if (isStarted()) {
            try {
                to.start();
            } catch (JMSException e) {
                throw new CommException(e.getMessage(), e);
            }
        }
        return former;
    }

    private boolean isStarted() {
        lock.lock();
        try {
            return started;
        } finally {
            lock.unlock();
        }
    }

    private List<SessionHandle> openSessions() {
        lock.lock();
        try {
            return List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
    }

    // --- Sessions

    @Override
    public Session createSession() throws JMSException {
        return createSession(Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public SessionHandle createSession(int sessionMode) throws JMSException {
        return create(sessionMode == Session.SESSION_TRANSACTED, sessionMode, Domain.BOTH);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return create(transacted, acknowledgeMode, Domain.BOTH);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return create(transacted, acknowledgeMode, Domain.QUEUES);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return create(transacted, acknowledgeMode, Domain.TOPICS);
    }

    /** In a transaction the arguments mean nothing; without one only AUTO and DUPS_OK_ACKNOWLEDGE do (Messaging 3.1 §12.3). */
    private SessionHandle create(boolean transacted, int acknowledgeMode, Domain sessionDomain) throws JMSException {
        QuoinManagedConnection on = managed();
        EeRules rules = on.rules();
        boolean joins = on.isInTransaction();
        lock.lock();
        try {
            rules.checkSessions(sessions.size());
            QuoinSession own = null;
            int mode = Session.AUTO_ACKNOWLEDGE;
            if (!joins && rules.areEnforced()) {
                mode = transacted ? mode : modeWithoutTransaction(acknowledgeMode);
            } else if (!joins) {
                own = (QuoinSession) on.connection().createSession(transacted, acknowledgeMode);
            }
            SessionHandle session = new SessionHandle(this, own, mode, sessionDomain);
            sessions.add(session);
            return session;
        } finally {
            lock.unlock();
        }
    }

    private static int modeWithoutTransaction(int asked) throws JMSException {
        return switch (asked) {
            case Session.DUPS_OK_ACKNOWLEDGE -> asked;
            case Session.AUTO_ACKNOWLEDGE,
                    Session.CLIENT_ACKNOWLEDGE,
                    Session.SESSION_TRANSACTED,
                    QuoinSession.INDIVIDUAL_ACKNOWLEDGE -> Session.AUTO_ACKNOWLEDGE;
            default -> throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "There is no acknowledge mode " + asked);
        };
    }

    void forget(SessionHandle closed) {
        lock.lock();
        try {
            sessions.remove(closed);
        } finally {
            lock.unlock();
        }
    }

    // --- The connection

    @Override
    public void start() throws JMSException {
        QuoinManagedConnection on = managed();
        lock.lock();
        try {
            started = true;
        } finally {
            lock.unlock();
        }
        on.start();
    }

    @Override
    public void stop() throws JMSException {
        QuoinManagedConnection on = managed();
        on.rules().refuse("Connection.stop");
        lock.lock();
        try {
            started = false;
        } finally {
            lock.unlock();
        }
        on.stop();
    }

    @Override
    public @Nullable String getClientID() throws JMSException {
        return managed().connection().getClientID();
    }

    @Override
    public void setClientID(String id) throws JMSException {
        QuoinManagedConnection on = managed();
        on.rules().refuse("Connection.setClientID");
        on.connection().setClientID(id);
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        return managed().connection().getMetaData();
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        managed();
        return listener;
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener to) throws JMSException {
        managed().rules().refuse("Connection.setExceptionListener");
        listener = to;
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        return on("createConnectionConsumer")
                .connection()
                .createConnectionConsumer(destination, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Queue queue, @Nullable String selector, ServerSessionPool pool, int maxMessages) throws JMSException {
        return createConnectionConsumer((Destination) queue, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Topic topic, @Nullable String selector, ServerSessionPool pool, int maxMessages) throws JMSException {
        return createConnectionConsumer((Destination) topic, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        QuoinManagedConnection on = on("createSharedConnectionConsumer");
        domain.checkTopics("createSharedConnectionConsumer");
        return on.connection().createSharedConnectionConsumer(topic, name, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        QuoinManagedConnection on = on("createDurableConnectionConsumer");
        domain.checkTopics("createDurableConnectionConsumer");
        return on.connection().createDurableConnectionConsumer(topic, name, selector, pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        QuoinManagedConnection on = on("createSharedDurableConnectionConsumer");
        domain.checkTopics("createSharedDurableConnectionConsumer");
        return on.connection().createSharedDurableConnectionConsumer(topic, name, selector, pool, maxMessages);
    }

    private QuoinManagedConnection on(String method) throws JMSException {
        QuoinManagedConnection on = managed();
        on.rules().refuse("Connection." + method);
        return on;
    }

    // --- The end

    /** What was done in a transaction stays part of it; the container decides what becomes of the connection. */
    @Override
    public void close() throws JMSException {
        QuoinManagedConnection on = managed;
        if (on == null) {
            return;
        }
        openSessions().forEach(SessionHandle::end);
        managed = null;
        on.closed(this);
    }

    /** The pooled connection has gone back, or is destroyed. */
    void invalidate() {
        openSessions().forEach(SessionHandle::end);
        managed = null;
    }

    @Override
    public String toString() {
        return "ConnectionHandle[" + managed + "]";
    }
}
