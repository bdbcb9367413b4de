// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.context.SessionContext;
import io.quoin.jms.errors.Unchecked;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MessageConsumer;
import java.util.concurrent.atomic.AtomicInteger;

/** A session and its connection in one; contexts made from one another share the connection, and the last one closes it. */
public class QuoinJMSContext extends SessionContext {

    private final QuoinConnection connection;
    private final QuoinSession session;
    /** How many contexts of the connection are open. */
    private final AtomicInteger sharers;

    private volatile boolean closed;

    QuoinJMSContext(QuoinConnection connection, QuoinSession session, AtomicInteger sharers) {
        super(connection, session);
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
            use();
            QuoinSession another = connection.createSession(Mode.of(sessionMode), Domain.BOTH);
            sharers.incrementAndGet();
            return new QuoinJMSContext(connection, another, sharers);
        });
    }

    @Override
    public JMSProducer createProducer() {
        return Unchecked.call(() -> {
            checkOpen();
            return new QuoinJMSProducer(session);
        });
    }

    @Override
    protected void checkOpen() throws JMSException {
        session.core().checkOpen();
    }

    @Override
    protected void use() throws JMSException {
        checkOpen();
        connection.use();
    }

    @Override
    protected JMSConsumer simplified(MessageConsumer consumer) {
        return new QuoinJMSConsumer((QuoinMessageConsumer) consumer);
    }

    @Override
    public void acknowledge() {
        Unchecked.run(session::acknowledge);
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
}
