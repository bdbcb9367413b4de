// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.socket.Opening;
import io.quoin.jms.channel.socket.WireChannel;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which link there is, one after another, and whether the channel is alive: the one owner of that state.
 *
 * <p>Thread: any. The lock is never held during I/O, nor while anybody else's code runs.
 */
final class Links {

    private final ServerList servers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Written under the lock.
    /** The link, from the moment at which it is open; null while there is none. Only its makers write on it. */
    private volatile @Nullable Link link;
    /** The same, from the moment at which nothing that others write can overtake what is written again. */
    private volatile @Nullable Link ready;
    /** Whether everything has been put together on the link, and flows. */
    private volatile boolean connected;
    /** Why the channel is not alive any more. */
    private volatile @Nullable JMSException end;

    private volatile Frame.@Nullable Welcome welcome;
    private volatile @Nullable String user;
    /** Why there is no link, for the texts of errors. */
    private volatile @Nullable JMSException problem;

    private boolean closing;
    private @Nullable Opening opening;
    private long connectedAtNs;

    /** None so far; the servers are for the texts of errors. */
    Links(ServerList servers) {
        this.servers = servers;
    }

    // --- A new link

    /** A link is being opened, which a close cancels. */
    void opening(Opening attempt) throws JMSException {
        lock.lock();
        try {
            checkAlive();
            opening = attempt;
        } finally {
            lock.unlock();
        }
    }

    /** It is open. */
    void opened(Link made, Endpoint server) throws JMSException {
        lock.lock();
        try {
            opening = null;
            if (end != null) {
                made.wire().close();
            }
            checkAlive();
            if (made.isLost()) {
                throw lostAtOnce(server);
            }
            link = made;
        } finally {
            lock.unlock();
        }
    }

    static JMSException lostAtOnce(Endpoint server) {
        return LinkLostException.because(
                JmsErrors.of(ErrorCode.CONNECTION_LOST, server + " closed the connection at once"));
    }

    /** Lets others write on the link, unless it is lost already: the server has been told everything that comes before. */
    void publish(Link on) {
        lock.lock();
        try {
            if (link == on) {
                welcome = on.wire().welcome();
                user = on.wire().user();
                on.made();
                ready = on;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody go on, unless the link is lost already. */
    boolean connected(Link on) {
        lock.lock();
        try {
            if (on.isLost() || end != null) {
                return false;
            }
            problem = null;
            connectedAtNs = System.nanoTime();
            connected = true;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits that long, or until the channel is closed. Neither loses nor obeys an interrupt. */
    void pause(long delayMs) throws JMSException {
        lock.lock();
        try {
            awaitWhile(() -> end == null, System.nanoTime(), delayMs);
            checkAlive();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the reader of a link has ended. */
    void awaitLost(Link which) {
        lock.lock();
        try {
            while (!which.isLost()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** For how long the last link has been connected. */
    long connectedForMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - connectedAtNs);
    }

    // --- The loss of a link

    /** What is to be done when a link is lost. */
    enum Loss {
        /** Nothing: somebody is connecting. */
        NONE,
        /** To look for another link. */
        RECONNECT,
        /** To tell everybody that this is the end. */
        END
    }

    /**
     * A link is lost.
     *
     * @param isFinal whether no other link would mend it
     * @param reconnects whether there may be another one once there was one
     */
    Loss lost(Link which, JMSException why, boolean isFinal, boolean reconnects) {
        lock.lock();
        try {
            which.markLost();
            changed.signalAll();
            if (link != which) {
                return Loss.NONE;
            }
            boolean wasConnected = connected;
            connected = false;
            ready = null;
            link = null;
            problem = why;
            // Who is not connected yet tries the other servers, whatever holds for later.
            if (end == null && (closing || (wasConnected && !reconnects) || isFinal)) {
                end = why;
            }
            if (end != null) {
                return Loss.END;
            }
            return wasConnected ? Loss.RECONNECT : Loss.NONE;
        } finally {
            lock.unlock();
        }
    }

    void problem(JMSException why) {
        problem = why;
    }

    @Nullable
    JMSException problem() {
        return problem;
    }

    /** There will be no other link. Returns whether there is none now either: otherwise its reader brings about the end. */
    boolean giveUp(JMSException why) {
        Link current;
        lock.lock();
        try {
            if (end == null) {
                end = why;
            }
            current = link;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (current != null) {
            current.wire().close();
        }
        return current == null;
    }

    // --- What everybody asks

    /** Where the servers are, and what is wrong with them. */
    String address() {
        JMSException why = problem;
        return connected || why == null || end != null
                ? servers.toString()
                : servers + ", connecting again (" + why.getMessage() + ")";
    }

    Frame.Welcome welcome() {
        return Objects.requireNonNull(welcome, "the channel was connected once");
    }

    @Nullable
    String user() {
        return user;
    }

    @Nullable
    Link current() {
        return link;
    }

    boolean isConnected() {
        return connected;
    }

    /** Why the channel is not alive any more; null if it is. */
    @Nullable
    JMSException end() {
        return end;
    }

    void checkAlive() throws JMSException {
        JMSException why = end;
        if (why != null) {
            throw JmsErrors.again(why);
        }
    }

    void awaitConnected(long startNs, long timeoutMs, ErrorCode timeoutCode, Object what) throws JMSException {
        if (connected) {
            return;
        }
        lock.lock();
        try {
            boolean inTime = awaitWhile(() -> !connected && end == null, startNs, timeoutMs);
            checkAlive();
            if (!inTime) {
                throw JmsErrors.of(
                        timeoutCode, "No connection within " + timeoutMs + " ms to: " + what + " at " + address());
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock; false if the time is over. */
    private boolean awaitWhile(BooleanSupplier busy, long startNs, long timeoutMs) {
        long timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        boolean interrupted = false;
        try {
            while (busy.getAsBoolean()) {
                long leftNs = timeoutNs - (System.nanoTime() - startNs);
                if (leftNs <= 0) {
                    return false;
                }
                try {
                    changed.awaitNanos(leftNs);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The link for whoever calls: the one on which everything has been put together, or the one that the caller makes. */
    WireChannel wire() throws JMSException {
        Link current = ready;
        return current == null ? ownWire() : current.wire();
    }

    /** The link that is being put together, for those who do that. */
    private WireChannel ownWire() throws JMSException {
        Link current = link;
        if (current != null && current.isMadeHere()) {
            return current.wire();
        }
        checkAlive();
        JMSException why = problem;
        throw LinkLostException.because(
                why != null
                        ? why
                        : JmsErrors.of(ErrorCode.CONNECTION_LOST, "The connection to " + servers + " is lost"));
    }

    // --- The end

    /** From now on a loss is the end. */
    void closing() {
        boolean over;
        lock.lock();
        try {
            closing = true;
            over = !connected;
        } finally {
            lock.unlock();
        }
        if (over) {
            close();
        }
    }

    /** There will be no other link, and this one ends. */
    void close() {
        Link current;
        Opening attempt;
        lock.lock();
        try {
            if (end != null) {
                return;
            }
            end = JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The connection to " + servers + " is closed");
            current = link;
            attempt = opening;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (attempt != null) {
            attempt.cancel();
        }
        if (current != null) {
            current.wire().close();
        }
    }
}
