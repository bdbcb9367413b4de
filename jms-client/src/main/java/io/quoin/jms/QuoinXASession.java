// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/**
 * A session of either domain that takes part in distributed transactions: between {@code start} and {@code end} of its
 * {@link #getXAResource resource} everything that it sends and receives belongs to the branch; outside it acknowledges
 * automatically, like any session with AUTO_ACKNOWLEDGE.
 *
 * <p>Thread: one at a time, and any for {@link #close} and the resource.
 */
public final class QuoinXASession extends QuoinSession implements XASession, XAQueueSession, XATopicSession {

    private final QuoinXAResource resource;

    QuoinXASession(QuoinXAConnection connection, SessionCore core, Domain domain) {
        super(connection, core, domain);
        this.resource = new QuoinXAResource(connection, core);
    }

    @Override
    public Session getSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public QueueSession getQueueSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public TopicSession getTopicSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    /** What a transaction manager uses. It goes on working when the session and its connection are closed. */
    @Override
    public XAResource getXAResource() {
        return resource;
    }

    /** Whether what it does now belongs to a branch: for the resource adapter, whose containers may forget to end one. */
    public boolean isInBranch() {
        return core().branchWork().isWorking();
    }

    /** Always true, as XA sessions are asked to say. */
    @Override
    public boolean getTransacted() throws JMSException {
        core().checkOpen();
        return true;
    }
}
