// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinSession;
import io.quoin.jms.QuoinXAConnection;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.jms.QuoinXASession;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.ServerAccess;
import io.quoin.ra.config.Surroundings;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.SecurityException;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the server that is pooled, with one session on the wire, in which all that applications do through handles
 * of this connection is done: inside a transaction as part of its branch, outside of one acknowledged automatically. The
 * session outlives handles, so that a destination that was used before costs no round trip.
 *
 * <p>It does not connect again: when the connection is lost the pool is told, once, and everything fails at once.
 *
 * <p>Thread: any; a handle is used by one thread at a time, and so is the connection but for its end.
 */
public final class QuoinManagedConnection implements ManagedConnection {

    private static final Logger LOG = System.getLogger(QuoinManagedConnection.class.getName());

    private final QuoinManagedConnectionFactory factory;
    private final ServerAccess access;
    private final QuoinXAConnection connection;
    private final QuoinXASession session;
    private final LocalBranch local;
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isErrorReported = new AtomicBoolean();

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<ConnectionHandle> handles = new ArrayList<>();
    /** Made by the handles, and theirs until the connection goes back to the pool. */
    private final List<Deletion> temporaries = new ArrayList<>();

    private boolean started;
    private volatile boolean destroyed;
    private volatile @Nullable PrintWriter log;

    /** Deletes a temporary destination. */
    @FunctionalInterface
    private interface Deletion {

        void run() throws JMSException;
    }

    /** Connects. */
    QuoinManagedConnection(
            QuoinManagedConnectionFactory factory, ServerAccess access, QuoinXAConnectionFactory connections)
            throws JMSException {
        this.factory = factory;
        this.access = access;
        this.connection = (QuoinXAConnection) connections.createXAConnection();
        try {
            connection.setExceptionListener(this::onException);
            session = (QuoinXASession) connection.createXASession();
        } catch (JMSException | RuntimeException e) {
            connection.close();
            throw e;
        }
        this.local = new LocalBranch(session.getXAResource());
    }

    // --- For the handles

    QuoinXAConnection connection() {
        return connection;
    }

    /** In which handles work. */
    QuoinSession session() {
        return session;
    }

    EeRules rules() {
        return factory.rules();
    }

    /** Whether the caller is in a transaction, of which what it does is a part (Messaging 3.1 §12.3). */
    boolean isInTransaction() {
        Surroundings around = factory.surroundings();
        TransactionSynchronizationRegistry transactions = around == null ? null : around.transactions();
        if (transactions == null) {
            return local.isActive();
        }
        int status = transactions.getTransactionStatus();
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK || local.isActive();
    }

    void start() throws JMSException {
        lock.lock();
        try {
            if (!started) {
                connection.start();
                started = true;
            }
        } finally {
            lock.unlock();
        }
    }

    void stop() throws JMSException {
        lock.lock();
        try {
            if (started) {
                connection.stop();
                started = false;
            }
        } finally {
            lock.unlock();
        }
    }

    TemporaryQueue keep(TemporaryQueue queue) {
        keep(queue::delete);
        return queue;
    }

    TemporaryTopic keep(TemporaryTopic topic) {
        keep(topic::delete);
        return topic;
    }

    private void keep(Deletion deletion) {
        lock.lock();
        try {
            temporaries.add(deletion);
        } finally {
            lock.unlock();
        }
    }

    /** A handle was closed by its application. */
    void closed(ConnectionHandle handle) {
        lock.lock();
        try {
            handles.remove(handle);
        } finally {
            lock.unlock();
        }
        ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
        event.setConnectionHandle(handle);
        listeners.forEach(listener -> listener.connectionClosed(event));
    }

    /** A call has failed: if it was because the connection is lost, the pool is told so. */
    JMSException failed(JMSException e) {
        if (!connection.isAlive()) {
            reportError(e);
        }
        return e;
    }

    private void onException(JMSException e) {
        if (!connection.isAlive()) {
            reportError(e);
        }
        for (ConnectionHandle handle : openHandles()) {
            ExceptionListener listener = handle.listener();
            if (listener != null) {
                listener.onException(e);
            }
        }
    }

    private void reportError(JMSException e) {
        if (!destroyed && isErrorReported.compareAndSet(false, true)) {
            LOG.log(Level.DEBUG, "A pooled connection to " + access + " is lost: " + e.getMessage());
            ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, e);
            listeners.forEach(listener -> listener.connectionErrorOccurred(event));
        }
    }

    private List<ConnectionHandle> openHandles() {
        lock.lock();
        try {
            return List.copyOf(handles);
        } finally {
            lock.unlock();
        }
    }

    // --- For the factory

    boolean isUsable() {
        return !destroyed && connection.isAlive();
    }

    boolean isUsableAs(ServerAccess wanted) {
        return access.equals(wanted) && isUsable();
    }

    // --- The contract

    @Override
    public Object getConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        checkUsable();
        if (!access.equals(factory.access(subject, request))) {
            throw new SecurityException(ErrorCode.PERMISSION_DENIED.message(
                    "A connection to " + access + " cannot become one of somebody else"));
        }
        ConnectionHandle handle = new ConnectionHandle(this);
        add(handle);
        return handle;
    }

    private void add(ConnectionHandle handle) {
        lock.lock();
        try {
            handles.add(handle);
        } finally {
            lock.unlock();
        }
    }

    private void checkUsable() throws ResourceException {
        if (destroyed) {
            throw new IllegalStateException(
                    ErrorCode.CONNECTION_CLOSED.message("The pooled connection to " + access + " was destroyed"));
        }
        if (!connection.isAlive()) {
            throw new CommException(
                    ErrorCode.CONNECTION_LOST.message("The pooled connection to " + access + " is lost"));
        }
    }

    @Override
    public void associateConnection(Object handle) throws ResourceException {
        checkUsable();
        if (!(handle instanceof ConnectionHandle own)) {
            throw new IllegalStateException(
                    ErrorCode.INTERNAL_ERROR.message("A " + handle + " is no connection of this resource adapter"));
        }
        QuoinManagedConnection former = own.moveTo(this);
        if (former != null && former != this) {
            former.remove(own);
        }
        if (former != this) {
            add(own);
        }
    }

    private void remove(ConnectionHandle handle) {
        lock.lock();
        try {
            handles.remove(handle);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection goes back to the pool: its handles are of no more use, and nothing of what they did is left for the next.
     * Branches are the transaction manager's and stay as they are.
     */
    @Override
    public void cleanup() throws ResourceException {
        List<ConnectionHandle> left;
        List<Deletion> deletions;
        lock.lock();
        try {
            left = List.copyOf(handles);
            handles.clear();
            deletions = List.copyOf(temporaries);
            temporaries.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(ConnectionHandle::invalidate);
        if (destroyed) {
            return;
        }
        try {
            for (Deletion deletion : deletions) {
                deletion.run();
            }
            stop();
        } catch (JMSException e) {
            throw new CommException(e.getMessage(), failed(e));
        }
        if (session.isInBranch()) {
            throw new IllegalStateException(ErrorCode.INTERNAL_ERROR.message(
                    "A connection to " + access + " has gone back to the pool inside a transaction"));
        }
    }

    @Override
    public void destroy() throws ResourceException {
        if (destroyed) {
            return;
        }
        destroyed = true;
        openHandles().forEach(ConnectionHandle::invalidate);
        try {
            connection.close();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A pooled connection was not closed in order: " + e.getMessage());
        }
    }

    @Override
    public void addConnectionEventListener(ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    @Override
    public XAResource getXAResource() {
        return session.getXAResource();
    }

    @Override
    public LocalTransaction getLocalTransaction() {
        return local;
    }

    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        checkUsable();
        try {
            return new MetaData(
                    connection.getMetaData().getJMSProviderName(),
                    connection.getMetaData().getProviderVersion(),
                    access.user());
        } catch (JMSException e) {
            throw new CommException(e.getMessage(), failed(e));
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return log;
    }

    /** Kept, as the contract asks; what there is to say goes to {@link System.Logger}. */
    @Override
    public void setLogWriter(@Nullable PrintWriter to) {
        log = to;
    }

    @Override
    public String toString() {
        return "QuoinManagedConnection[" + access + "]";
    }

    /** The same as long as the server is the same version, as transaction managers write it down. */
    private record MetaData(
            String product, String version, @Nullable String user) implements ManagedConnectionMetaData {

        @Override
        public String getEISProductName() {
            return product;
        }

        @Override
        public String getEISProductVersion() {
            return version;
        }

        /** No limit that this side knows of. */
        @Override
        public int getMaxConnections() {
            return 0;
        }

        @Override
        public String getUserName() {
            return user == null ? "" : user;
        }
    }

    static JMSException closedError() {
        return JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection is closed, or has gone back to its pool");
    }
}
