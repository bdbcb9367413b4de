// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;

/**
 * A connection of either domain whose sessions can take part in distributed transactions.
 *
 * <p>Thread: any.
 */
public final class QuoinXAConnection extends QuoinConnection
        implements XAConnection, XAQueueConnection, XATopicConnection {

    private final Settings completing;
    private final boolean joins;

    /**
     * Connects.
     *
     * @param completing for connections on which transactions are completed when this one is gone
     * @param joins whether all connections to one cluster are one resource manager
     */
    QuoinXAConnection(Settings settings, Domain domain, Settings completing, boolean joins) throws JMSException {
        super(settings, domain);
        this.completing = completing;
        this.joins = joins;
    }

    Settings completing() {
        return completing;
    }

    boolean joins() {
        return joins;
    }

    @Override
    public XASession createXASession() throws JMSException {
        return create(Domain.BOTH);
    }

    @Override
    public XAQueueSession createXAQueueSession() throws JMSException {
        return create(Domain.QUEUES);
    }

    @Override
    public XATopicSession createXATopicSession() throws JMSException {
        return create(Domain.TOPICS);
    }

    private QuoinXASession create(Domain domain) throws JMSException {
        use();
        return (QuoinXASession) createSession(Mode.XA, domain);
    }

    @Override
    QuoinSession sessionOf(SessionCore core, Domain domain) {
        return core.mode() == Mode.XA ? new QuoinXASession(this, core, domain) : super.sessionOf(core, domain);
    }
}
