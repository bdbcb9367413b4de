// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.Unchecked;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.AccessSource;
import io.quoin.ra.config.ServerAccess;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The connection factory that an application looks up in an application server: its connections are handles of pooled ones.
 *
 * <p>Thread: any.
 */
public final class PooledConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                AccessSource,
                Referenceable,
                Serializable {

    private static final long serialVersionUID = 1L;

    private final QuoinManagedConnectionFactory factory;

    @SuppressWarnings("serial") // whoever binds the factory by value provides one that is serializable
    private final ConnectionManager manager;

    private @Nullable Reference reference;

    PooledConnectionFactory(QuoinManagedConnectionFactory factory, ConnectionManager manager) {
        this.factory = factory;
        this.manager = manager;
    }

    @Override
    public ServerAccess access() {
        return factory.access();
    }

    // --- Classic connections

    @Override
    public Connection createConnection() throws JMSException {
        return allocate(null, null, Domain.BOTH);
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return allocate(user, password, Domain.BOTH);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return allocate(null, null, Domain.QUEUES);
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return allocate(user, password, Domain.QUEUES);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return allocate(null, null, Domain.TOPICS);
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return allocate(user, password, Domain.TOPICS);
    }

    private ConnectionHandle allocate(@Nullable String user, @Nullable String password, Domain domain)
            throws JMSException {
        Object handle;
        try {
            handle = manager.allocateConnection(factory, new ConnectionRequest(user, password));
        } catch (ResourceException e) {
            throw failed(e);
        }
        return ((ConnectionHandle) handle).as(domain);
    }

    /** What the client has thrown, if that is the reason; otherwise the pool has none, and its own text says why. */
    private static JMSException failed(ResourceException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JMSException own) {
                JMSException again = JmsErrors.again(own);
                again.addSuppressed(e);
                return again;
            }
        }
        return JmsErrors.of(ErrorCode.NO_POOLED_CONNECTION, "The pool has given no connection: " + e.getMessage(), e);
    }

    // --- The simplified API

    @Override
    public JMSContext createContext() {
        return createContext(null, null, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(null, null, sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password, int sessionMode) {
        return Unchecked.call(() -> {
            ConnectionHandle connection = allocate(user, password, Domain.BOTH);
            try {
                return new ContextHandle(connection, connection.createSession(sessionMode));
            } catch (JMSException | RuntimeException e) {
                connection.close();
                throw e;
            }
        });
    }

    // --- Naming

    @Override
    public void setReference(@Nullable Reference to) {
        reference = to;
    }

    @Override
    public Reference getReference() throws NamingException {
        if (reference == null) {
            throw new NamingException("The application server has bound " + this + " without a reference");
        }
        return reference;
    }

    @Override
    public String toString() {
        return "PooledConnectionFactory[" + factory.access() + "]";
    }
}
