// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from whose sessions take part in distributed transactions (XA, JTA). Options and bean properties
 * are those of {@link QuoinConnectionFactory}, whose connections this factory makes as well.
 *
 * <pre>
 * XAConnection connection = new QuoinXAConnectionFactory("quoin://orders.example.com:5544").createXAConnection();
 * XASession session = connection.createXASession();
 * transactionManager.getTransaction().enlistResource(session.getXAResource());
 * </pre>
 *
 * <p>Thread: any.
 */
public class QuoinXAConnectionFactory extends QuoinConnectionFactory
        implements XAConnectionFactory, XAQueueConnectionFactory, XATopicConnectionFactory {

    private static final long serialVersionUID = 1L;

    /** Connections to {@code quoin://127.0.0.1:5544}, until {@link #setUri} says otherwise. */
    public QuoinXAConnectionFactory() {}

    /**
     * Connections to the servers of a URI.
     *
     * @throws IllegalArgumentException if the URI cannot be read or has an unknown option; the text names the nearest one
     */
    public QuoinXAConnectionFactory(String uri) {
        super(uri);
    }

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return createXAConnection(null, null);
    }

    @Override
    public XAConnection createXAConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.BOTH);
    }

    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return createXAQueueConnection(null, null);
    }

    @Override
    public XAQueueConnection createXAQueueConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.QUEUES);
    }

    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return createXATopicConnection(null, null);
    }

    @Override
    public XATopicConnection createXATopicConnection(@Nullable String user, @Nullable String password)
            throws JMSException {
        return open(user, password, Domain.TOPICS);
    }

    @Override
    public XAJMSContext createXAContext() {
        return createXAContext(null, null);
    }

    @Override
    public XAJMSContext createXAContext(@Nullable String user, @Nullable String password) {
        try {
            return QuoinXAJMSContext.open(open(user, password, Domain.BOTH));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    private QuoinXAConnection open(@Nullable String user, @Nullable String password, Domain domain)
            throws JMSException {
        Settings completing = options().settings(user, password, false);
        return new QuoinXAConnection(options().settings(user, password), domain, completing, isXaJoin());
    }
}
