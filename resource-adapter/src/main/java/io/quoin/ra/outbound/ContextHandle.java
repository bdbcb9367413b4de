// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.context.SessionContext;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.Unchecked;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MessageConsumer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection handle and its session in one, for applications and for what containers inject.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
final class ContextHandle extends SessionContext {

    private final ConnectionHandle connection;
    private final SessionHandle session;
    /** How many contexts of the connection are open. */
    private final AtomicInteger sharers;

    private volatile boolean closed;

    ContextHandle(ConnectionHandle connection, SessionHandle session) {
        this(connection, session, new AtomicInteger(1));
    }

    private ContextHandle(ConnectionHandle connection, SessionHandle session, AtomicInteger sharers) {
        super(connection, session);
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

    @Override
    protected void checkOpen() throws JMSException {
        if (closed) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The context is closed");
        }
    }

    /** The session knows for itself. */
    @Override
    protected void use() {}

    @Override
    protected JMSConsumer simplified(MessageConsumer consumer) {
        return new ConsumerOfContext((ConsumerHandle) consumer);
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
            closed = true;
            session.close();
            if (sharers.decrementAndGet() == 0) {
                connection.close();
            }
        });
    }
}
