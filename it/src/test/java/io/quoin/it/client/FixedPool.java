// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** A server session pool as an application server has it: so many sessions, and a thread for each. */
final class FixedPool implements ServerSessionPool, AutoCloseable {

    private final List<Session> sessions = new ArrayList<>();
    private final BlockingQueue<ServerSession> idle;
    private final ExecutorService threads;

    /** Makes a session of the pool. */
    @FunctionalInterface
    interface Sessions {
        Session create() throws JMSException;
    }

    FixedPool(Connection connection, int size, int mode, Function<Session, MessageListener> listeners)
            throws JMSException {
        this(size, () -> connection.createSession(mode), listeners);
    }

    FixedPool(int size, Sessions factory, Function<Session, MessageListener> listeners) throws JMSException {
        idle = new ArrayBlockingQueue<>(size);
        threads = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            Session session = factory.create();
            session.setMessageListener(listeners.apply(session));
            sessions.add(session);
            idle.add(new Pooled(session));
        }
    }

    private final class Pooled implements ServerSession {

        private final Session session;

        Pooled(Session session) {
            this.session = session;
        }

        @Override
        public Session getSession() {
            return session;
        }

        @Override
        public void start() throws JMSException {
            try {
                threads.execute(() -> {
                    session.run();
                    idle.add(this);
                });
            } catch (RejectedExecutionException e) {
                throw new JMSException("The pool is closed");
            }
        }
    }

    @Override
    public ServerSession getServerSession() throws JMSException {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            throw new JMSException("Interrupted");
        }
    }

    @Override
    public void close() throws JMSException {
        threads.shutdown();
        for (Session session : sessions) {
            session.close();
        }
    }
}
