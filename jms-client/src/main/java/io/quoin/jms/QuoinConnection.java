// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.failover.FailoverChannel;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.NamedValue;
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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection of either domain. It is open on the server, and the user is known there, when it exists.
 *
 * <p>Thread: any.
 */
public class QuoinConnection implements QueueConnection, TopicConnection {

    private static final Logger LOG = System.getLogger(QuoinConnection.class.getName());

    private final Settings settings;
    private final Domain domain;
    private final ExceptionReporter reporter = new ExceptionReporter();
    private final Temporaries temporaries = new Temporaries(this);
    private final Map<Integer, SessionCore> sessions = new ConcurrentHashMap<>();
    private final Set<QuoinConnectionConsumer> lenders = ConcurrentHashMap.newKeySet();
    private final AtomicInteger lastSession = new AtomicInteger();
    /** Of consumers and browsers. */
    private final AtomicInteger lastNumber = new AtomicInteger();

    private final AtomicLong lastTransaction = new AtomicLong();
    private final Channel channel;
    private final Requests requests;

    /** Guards what follows; never held while a listener is waited for. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable String clientId;
    private volatile boolean used;
    private boolean started;
    private volatile boolean closed;

    QuoinConnection(Settings settings, Domain domain) throws JMSException {
        this.settings = settings;
        this.domain = domain;
        this.clientId = settings.channel().clientId();
        ConnectionResumption resumption = new ConnectionResumption(sessions, settings.requestTimeoutMs(), this::onLost);
        this.channel = FailoverChannel.open(settings.endpoints(), settings.channel(), settings.reconnect(), resumption);
        this.requests = new Requests(channel, 0, settings.requestTimeoutMs());
    }

    /** Connects to the first of the servers that answers. */
    static QuoinConnection open(Settings settings, Domain domain) throws JMSException {
        return new QuoinConnection(settings, domain);
    }

    private void onLost(JMSException why) {
        if (!closed) {
            reporter.report(why);
        }
    }

    // --- For the objects of this connection

    Settings settings() {
        return settings;
    }

    Channel channel() {
        return channel;
    }

    /** For what concerns no session. */
    Requests requests() {
        return requests;
    }

    Temporaries temporaries() {
        return temporaries;
    }

    @Nullable
    String clientId() {
        lock.lock();
        try {
            return clientId;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the server can be asked for something, now or when there is a link again. */
    public boolean isAlive() {
        return channel.isAlive();
    }

    int nextNumber() {
        return lastNumber.incrementAndGet();
    }

    long nextTransaction() {
        return lastTransaction.incrementAndGet();
    }

    Route route(QuoinDestination destination) throws JMSException {
        temporaries.checkLive(destination);
        return channel.route(destination);
    }

    /** Whether the caller is a message listener of this connection; close waits for it. */
    boolean isCalledByListener() {
        for (SessionCore session : sessions.values()) {
            if (session.isCalledByListener()) {
                return true;
            }
        }
        return false;
    }

    void forget(SessionCore session) {
        sessions.remove(session.number());
    }

    void forget(QuoinDestination deleted) {
        sessions.values().forEach(session -> session.outbox().forget(deleted));
    }

    /** Tells the exception listener of something that no caller hears of. */
    void report(JMSException problem) {
        reporter.report(problem);
    }

    // --- Sessions

    @Override
    public Session createSession() throws JMSException {
        return createSession(Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        use();
        return createSession(Mode.of(sessionMode), Domain.BOTH);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        use();
        return createSession(mode(transacted, acknowledgeMode), Domain.BOTH);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        use();
        return createSession(mode(transacted, acknowledgeMode), Domain.QUEUES);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        use();
        return createSession(mode(transacted, acknowledgeMode), Domain.TOPICS);
    }

    /** Of a transacted session the mode is of no meaning; of another one it must not be SESSION_TRANSACTED. */
    private static Mode mode(boolean transacted, int acknowledgeMode) throws JMSException {
        if (transacted) {
            return Mode.TRANSACTED;
        }
        Mode mode = Mode.of(acknowledgeMode);
        if (mode.isTransacted()) {
            throw JmsErrors.of(
                    ErrorCode.BAD_ARGUMENT,
                    "A session was to be not transacted and to have the mode SESSION_TRANSACTED");
        }
        return mode;
    }

    /** Of a context the session is there before the client id may be set, and is no use of the connection. */
    QuoinSession createSession(Mode mode, Domain sessionDomain) throws JMSException {
        lock.lock();
        try {
            checkOpen();
            SessionCore session = new SessionCore(this, lastSession.incrementAndGet(), mode);
            // Means nothing to anybody until the session is used: it is written with what follows.
            sessions.put(session.number(), session);
            try {
                session.openOn(channel.wire());
            } catch (LinkLostException e) {
                LOG.log(Level.DEBUG, "A session is opened on the next link: " + e.getMessage());
            } catch (JMSException e) {
                sessions.remove(session.number());
                throw e;
            }
            if (started) {
                session.inbox().start();
            }
            return sessionOf(session, sessionDomain);
        } finally {
            lock.unlock();
        }
    }

    /** The session that the application sees. */
    QuoinSession sessionOf(SessionCore core, Domain sessionDomain) {
        return new QuoinSession(this, core, sessionDomain);
    }

    // --- Client id, listener, metadata

    @Override
    public @Nullable String getClientID() throws JMSException {
        checkOpen();
        return clientId();
    }

    @Override
    public void setClientID(String id) throws JMSException {
        lock.lock();
        try {
            checkOpen();
            if (clientId != null) {
                throw JmsErrors.of(
                        ErrorCode.CLIENT_ID_LATE, "The client id is " + clientId + " and cannot become " + id);
            }
            if (used) {
                throw JmsErrors.of(
                        ErrorCode.CLIENT_ID_LATE, "The connection has been used, too late for the client id " + id);
            }
            if (id == null || id.isEmpty()) {
                throw JmsErrors.of(ErrorCode.CLIENT_ID_INVALID, "The client id is null or empty");
            }
            requests.ask(n -> new Frame.ClientId(n, id), new Reply(), "set the client id " + id);
            channel.clientId(id);
            clientId = id;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        use();
        return new QuoinConnectionMetaData(settings.messages());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        checkOpen();
        return reporter.listener();
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        use();
        reporter.listener(listener);
    }

    /** From now on it is too late for a client id. */
    void use() throws JMSException {
        if (used && !closed) {
            return;
        }
        lock.lock();
        try {
            checkOpen();
            used = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks the server for something that only concerns administration.
     *
     * @return the answer, as JSON
     */
    public String administer(String verb, Map<String, String> arguments) throws JMSException {
        checkOpen();
        List<NamedValue> values = new ArrayList<>();
        arguments.forEach((name, value) -> values.add(new NamedValue(name, value)));
        byte[] payload = requests.ask(n -> new Frame.Admin(n, verb, values), new Reply(), verb)
                .payload();
        return payload == null
                ? ""
                : new String(
                        payload,
                        CheckedBlock.HEADER_BYTES,
                        payload.length - CheckedBlock.HEADER_BYTES,
                        StandardCharsets.UTF_8);
    }

    /** The version of the server at the other end. */
    public String serverVersion() {
        return channel.serverVersion();
    }

    // --- Start, stop, close

    @Override
    public void start() throws JMSException {
        lock.lock();
        try {
            checkOpen();
            used = true;
            started = true;
            sessions.values().forEach(session -> session.inbox().start());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() throws JMSException {
        checkOpen();
        for (SessionCore session : sessions.values()) {
            session.checkNotCalledByListener("stop"); // a completion listener may: stop does not wait for it
        }
        lock.lock();
        try {
            used = true;
            started = false;
        } finally {
            lock.unlock();
        }
        // A session that is created meanwhile finds the connection stopped.
        sessions.values().forEach(session -> session.inbox().stop());
    }

    private void checkNotCalledBack(String method) throws JMSException {
        for (SessionCore session : sessions.values()) {
            session.checkNotCalledBack(method);
        }
    }

    @Override
    public void close() throws JMSException {
        if (closed) {
            return;
        }
        checkNotCalledBack("close");
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        boolean wasAlive = isAlive();
        channel.closing();
        JMSException failure = null;
        try {
            for (Part part : inOrderOfClosing()) {
                try {
                    part.close();
                } catch (JMSException e) {
                    if (wasAlive && isEnd(e)) {
                        // Nobody waits for another link here: what is not known of the last messages is no failure.
                        LOG.log(Level.DEBUG, "There was no link as the connection was closed: " + e.getMessage());
                    } else {
                        failure = e;
                    }
                }
            }
            if (isAlive()) {
                requests.askOnce(Frame.Goodbye::new, new Reply(), "close the connection");
            }
        } catch (LinkLostException e) {
            // All parts have been closed, and what is gone needs no farewell.
            LOG.log(Level.DEBUG, "The link was lost as the connection was closed: " + e.getMessage());
        } catch (JMSException e) {
            failure = failure == null && isAlive() ? e : failure;
        } finally {
            channel.close();
            reporter.close();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Whether that is not the server's word, but the end of the connection. */
    private static boolean isEnd(JMSException e) {
        String code = e.getErrorCode();
        return ErrorCode.CONNECTION_CLOSED.code().equals(code)
                || ErrorCode.CONNECTION_LOST.code().equals(code);
    }

    /**
     * First nothing is lent any more. Then all listeners return, since those of one session may use the others until they do;
     * then the sessions end, which say what has become of what they were lent, and last those that have lent it.
     */
    private List<Part> inOrderOfClosing() {
        List<Part> parts = new ArrayList<>();
        lenders.forEach(lender -> parts.add(lender::close));
        List<SessionCore> borrowers = sessions.values().stream()
                .filter(session -> !session.isLender())
                .toList();
        borrowers.forEach(session -> parts.add(session::quiesce));
        borrowers.forEach(session -> parts.add(session::close));
        sessions.values().stream().filter(SessionCore::isLender).forEach(session -> parts.add(session::close));
        return parts;
    }

    /** Something that ends with the connection. */
    @FunctionalInterface
    private interface Part {

        void close() throws JMSException;
    }

    /**
     * Ends the connection at once and waits for nothing: for the resource adapter, when a listener does not return. The server
     * takes it for lost, and what was not acknowledged comes again.
     */
    public void abort() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        channel.close();
        JMSException why =
                JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection to " + channel.address() + " was given up");
        sessions.values().forEach(session -> session.onLost(why));
        reporter.close();
    }

    private void checkOpen() throws JMSException {
        if (closed && !isCalledByListener()) {
            throw JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection to " + channel.address() + " is closed");
        }
    }

    // --- Connection consumers

    @Override
    public ConnectionConsumer createConnectionConsumer(
            Destination destination, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        use();
        return lend(ConsumerSpec.of(QuoinDestination.of(destination), selector), pool, maxMessages);
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
        use();
        domain.checkTopics("createSharedConnectionConsumer");
        return lend(
                ConsumerSpec.subscription(clientId(), topic, name, selector, false, true, false), pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        use();
        domain.checkTopics("createDurableConnectionConsumer");
        return lend(
                ConsumerSpec.subscription(clientId(), topic, name, selector, true, false, false), pool, maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            Topic topic, String name, @Nullable String selector, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        use();
        domain.checkTopics("createSharedDurableConnectionConsumer");
        return lend(ConsumerSpec.subscription(clientId(), topic, name, selector, true, true, false), pool, maxMessages);
    }

    private ConnectionConsumer lend(ConsumerSpec spec, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        if (pool == null) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The server session pool is null");
        }
        if (maxMessages < 1) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "A server session cannot be given " + maxMessages + " messages");
        }
        SessionCore carrier = createSession(Mode.INDIVIDUAL, Domain.BOTH).core();
        try {
            QuoinConnectionConsumer consumer = new QuoinConnectionConsumer(this, carrier, spec, pool, maxMessages);
            lenders.add(consumer);
            consumer.start();
            return consumer;
        } catch (JMSException e) {
            carrier.close();
            throw e;
        }
    }

    void forget(QuoinConnectionConsumer closed) {
        lenders.remove(closed);
    }
}
