// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Works on the messages of a destination with as many threads as its backlog needs, between a minimum and a maximum. Each
 * thread has a session of its own. Messages of one group ({@code JMSXGroupID}) are worked on one after the other and in their
 * order, those of different groups side by side.
 *
 * <p>A thread is added when messages wait and no thread has been without work for {@value #SATURATED_MS} ms, and one that had
 * nothing to do for the idle time (2 s unless set) ends. A pool uses nothing but a standard connection consumer.
 *
 * <pre>{@code
 * connection.start();
 * try (ListenerPool pool = ListenerPool.of(connection, queue)
 *         .threads(5, 64)
 *         .transacted()
 *         .handler((message, session) -> book(message, session))
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Where the session is transacted, it is committed when the handler has returned, and rolled back when it has thrown.
 * Otherwise an exception does what the session's mode says: in an automatic one the message comes again at once. With client
 * or individual acknowledgement a handler may leave messages undecided, to acknowledge them together with later ones; when its
 * thread has had nothing to do for the idle time they go back, counted, so that nothing holds their groups for ever.
 *
 * <p>Thread: any.
 */
public final class ListenerPool implements AutoCloseable {

    /** How long all threads must have been busy before another one is added. */
    static final long SATURATED_MS = 20;

    private final PoolThreads threads;
    private final ConnectionConsumer consumer;

    private ListenerPool(Connection connection, Builder options) throws JMSException {
        this.threads = new PoolThreads(connection, options);
        try {
            threads.start();
            this.consumer = options.consume(connection, threads);
        } catch (JMSException | RuntimeException e) {
            threads.end();
            throw e;
        }
    }

    /** What to do with a message. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Works on a message.
         *
         * @param session that of the thread, to answer in, or to acknowledge or recover
         * @throws Exception if the work could not be done: then a transaction is rolled back, and an automatic session gets
         *     the message again
         */
        void handle(Message message, Session session) throws Exception;
    }

    /** Begins a pool over the messages of a destination, with 5 to 64 threads and automatic acknowledgement. */
    public static Builder of(Connection connection, Destination destination) {
        return new Builder(connection, destination);
    }

    /** What a pool is to be like. */
    public static final class Builder {

        private final Connection connection;
        private final Destination destination;
        private int min = 5;
        private int max = 64;
        private int mode = Session.AUTO_ACKNOWLEDGE;
        private long idleMs = 2_000;
        private int batch = 1;
        private @Nullable String selector;
        private @Nullable String subscription;
        private boolean durable;
        private boolean shared;
        private @Nullable Handler handler;

        private Builder(Connection connection, Destination destination) {
            this.connection = Objects.requireNonNull(connection, "connection");
            this.destination = Objects.requireNonNull(destination, "destination");
        }

        /**
         * How many threads.
         *
         * @param least always there, 1 or more
         * @param most under load, at least {@code least}
         */
        public Builder threads(int least, int most) {
            if (least < 1 || most < least) {
                throw new IllegalArgumentException("A pool cannot have " + least + " to " + most + " threads");
            }
            min = least;
            max = most;
            return this;
        }

        /** The mode of the sessions, as in {@link Connection#createSession(int)}. */
        public Builder mode(int sessionMode) {
            mode = sessionMode;
            return this;
        }

        /** Each message in a transaction of its own, together with what the handler sends in the session. */
        public Builder transacted() {
            return mode(Session.SESSION_TRANSACTED);
        }

        /** How long a thread above the minimum may have nothing to do, in milliseconds. */
        public Builder idleMs(long ms) {
            idleMs = ms;
            return this;
        }

        /** How many messages a thread may be given at a time, 1 unless set: more cost less, and may wait for one another. */
        public Builder batch(int messages) {
            batch = messages;
            return this;
        }

        /** Only messages that the selector matches. */
        public Builder selector(@Nullable String text) {
            selector = text;
            return this;
        }

        /** Consumes from the shared subscription of that name; the destination is a topic. */
        public Builder sharedSubscription(String name) {
            subscription = Objects.requireNonNull(name, "name");
            shared = true;
            return this;
        }

        /** Consumes from the durable subscription of that name, which nobody else can do meanwhile. */
        public Builder durableSubscription(String name) {
            subscription = Objects.requireNonNull(name, "name");
            durable = true;
            return this;
        }

        /** Consumes from the shared durable subscription of that name. */
        public Builder sharedDurableSubscription(String name) {
            return sharedSubscription(name).durableSubscription(name);
        }

        /** Who works on the messages; called by many threads at once. */
        public Builder handler(Handler does) {
            handler = Objects.requireNonNull(does, "handler");
            return this;
        }

        /** A listener as handler; called by many threads at once. */
        public Builder listener(MessageListener listener) {
            Objects.requireNonNull(listener, "listener");
            return handler((message, session) -> listener.onMessage(message));
        }

        /**
         * Starts the threads. Messages come when the connection is started.
         *
         * @throws JMSException if the connection is closed, or the destination or its subscription cannot be consumed from
         */
        public ListenerPool start() throws JMSException {
            if (handler == null) {
                throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "A listener pool of " + destination + " has no handler");
            }
            return new ListenerPool(connection, this);
        }

        int min() {
            return min;
        }

        int max() {
            return max;
        }

        int mode() {
            return mode;
        }

        long idleMs() {
            return idleMs;
        }

        /** Whether a handler may return without having decided what becomes of its message. */
        boolean leavesDecisions() {
            return mode != Session.AUTO_ACKNOWLEDGE
                    && mode != Session.DUPS_OK_ACKNOWLEDGE
                    && mode != Session.SESSION_TRANSACTED;
        }

        Handler handler() {
            return Objects.requireNonNull(handler);
        }

        private ConnectionConsumer consume(Connection on, ServerSessionPool pool) throws JMSException {
            if (subscription == null) {
                return on.createConnectionConsumer(destination, selector, pool, batch);
            }
            if (!(destination instanceof Topic topic)) {
                throw JmsErrors.of(
                        ErrorCode.WRONG_DOMAIN,
                        "The subscription " + subscription + " cannot be one to " + destination);
            }
            if (durable && shared) {
                return on.createSharedDurableConnectionConsumer(topic, subscription, selector, pool, batch);
            }
            return durable
                    ? on.createDurableConnectionConsumer(topic, subscription, selector, pool, batch)
                    : on.createSharedConnectionConsumer(topic, subscription, selector, pool, batch);
        }
    }

    // --- What is going on

    /** How many threads there are now. */
    public int threads() {
        return threads.count();
    }

    /** How many threads there have been at most. */
    public int largest() {
        return threads.largest();
    }

    /** How many threads work on something now. */
    public int active() {
        return threads.active();
    }

    // --- The end

    /**
     * Takes no more messages, waits until every handler has returned, and ends all threads. What no handler has seen is back
     * in its place then.
     *
     * @throws jakarta.jms.IllegalStateException if a handler of this pool calls it
     * @throws JMSException if the server could not be told
     */
    @Override
    public void close() throws JMSException {
        if (threads.isCurrentThread()) {
            throw JmsErrors.of(
                    ErrorCode.CALLED_FROM_CALLBACK, "close was called by a handler of the same listener pool");
        }
        try {
            consumer.close();
        } finally {
            threads.end();
        }
    }
}
