// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/** A session that takes part in distributed transactions, and its connection, in one. */
public final class QuoinXAJMSContext extends QuoinJMSContext implements XAJMSContext {

    private final QuoinXASession session;

    private QuoinXAJMSContext(QuoinXAConnection connection, QuoinXASession session) {
        super(connection, session, new AtomicInteger(1));
        this.session = session;
    }

    /** The first context of a connection. */
    static QuoinXAJMSContext open(QuoinXAConnection connection) throws JMSException {
        try {
            return new QuoinXAJMSContext(connection, (QuoinXASession) connection.createSession(Mode.XA, Domain.BOTH));
        } catch (JMSException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return session.getXAResource();
    }
}
