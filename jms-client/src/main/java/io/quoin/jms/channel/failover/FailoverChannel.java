// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Send;
import io.quoin.jms.channel.socket.Opening;
import io.quoin.jms.channel.socket.Routes;
import io.quoin.jms.channel.socket.SendLog;
import io.quoin.jms.channel.socket.WireChannel;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The channel over one link after another. When a link is lost, a thread that exists only for this looks for a server, has
 * the {@link Resumption} put everything together on the new link, writes again what was sent without an outcome, and then lets
 * everybody go on.
 *
 * <p>Thread: any. The lock is never held during I/O, nor while the resumption works.
 */
public final class FailoverChannel implements Channel {

    private static final Logger LOG = System.getLogger(FailoverChannel.class.getName());

    /** A server that says so says it again. What else fails may be the network's doing, TLS included. */
    private static final Set<String> FINAL = Set.of(
            ErrorCode.NOT_AUTHENTICATED.code(),
            ErrorCode.SERVER_NOT_TRUSTED.code(),
            ErrorCode.USER_CHANGED.code(),
            ErrorCode.CLIENT_ID_IN_USE.code(),
            ErrorCode.CLIENT_ID_INVALID.code());

    private final ServerList servers;
    private final ReconnectPolicy policy;
    private final Resumption resumption;
    private final WireChannel.Identity identity;
    private final Random random;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Written under the lock.
    private volatile ChannelOptions options;
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

    private final AtomicBoolean finished = new AtomicBoolean();

    /** Used by one thread at a time, which connects again. */
    private final Backoff backoff;

    private FailoverChannel(
            List<Endpoint> servers, ChannelOptions options, ReconnectPolicy policy, Resumption resumption) {
        UUID connectionId = UUID.randomUUID();
        this.random = new Random(connectionId.getLeastSignificantBits());
        this.servers = policy.randomize() ? ServerList.shuffled(servers, random) : new ServerList(servers);
        this.options = options;
        this.policy = policy;
        this.resumption = resumption;
        this.backoff = policy.afterLoss(random);
        this.identity = new WireChannel.Identity(connectionId, new SendLog(policy.enabled()), new Routes());
    }

    /**
     * Connects to the first of the servers that answers.
     *
     * @throws JMSException saying why none did, if none did within the rounds that the policy allows
     */
    public static FailoverChannel open(
            List<Endpoint> servers, ChannelOptions options, ReconnectPolicy policy, Resumption resumption)
            throws JMSException {
        FailoverChannel channel = new FailoverChannel(servers, options, policy, resumption);
        channel.connect();
        return channel;
    }

    /** One link and what its reader tells. */
    private final class Link implements ChannelListener {

        private @Nullable WireChannel wire;
        /** Who puts everything together on it; null afterwards. */
        private volatile @Nullable Thread maker = Thread.currentThread();
        /** Its reader has ended, and nobody writes on it any more; under the lock. */
        private boolean lost;

        WireChannel wire() {
            return Objects.requireNonNull(wire, "the link is open");
        }

        /** Whether the thread that calls may use the link before everybody may: it puts it together, or answers on it. */
        boolean isMadeHere() {
            return Thread.currentThread() == maker || wire().isReader();
        }

        @Override
        public void onDelivery(int session, Delivery delivery) {
            resumption.onDelivery(session, delivery);
        }

        @Override
        public void onBrowsed(int session, Delivery delivery) {
            resumption.onBrowsed(session, delivery);
        }

        @Override
        public void onRecall(int session, int consumer, int slot) {
            resumption.onRecall(session, consumer, slot);
        }

        @Override
        public void onSlot(int session, int consumer, int slot, boolean assigned) {
            resumption.onSlot(session, consumer, slot, assigned);
        }

        @Override
        public void onPermit(int session, int consumer, long upTo) {
            resumption.onPermit(session, consumer, upTo);
        }

        @Override
        public void onConsumerLost(int session, int consumer, JMSException why) {
            resumption.onConsumerLost(session, consumer, why);
        }

        @Override
        public void onLost(JMSException why) {
            lost(this, why);
        }
    }

    // --- Connecting

    private void connect() throws JMSException {
        Backoff startup = policy.atStartup(random);
        JMSException last = null;
        while (!startup.isOver() && !isFinal(last)) {
            pause(startup.nextDelayMs());
            for (Endpoint server : servers.round()) {
                try {
                    Link opened = open(server, false);
                    identity.routes().introduce(opened.wire());
                    publish(opened);
                    if (connected(opened)) {
                        return;
                    }
                    // Nobody has the channel yet who would look for another link.
                    throw lostAtOnce(server);
                } catch (JMSException e) {
                    if (last != null && last != e) {
                        e.addSuppressed(last);
                    }
                    last = e;
                    if (ErrorCode.NOT_AUTHENTICATED.code().equals(e.getErrorCode())) {
                        throw e; // the others would say the same, or worse, nothing
                    }
                }
            }
        }
        throw last == null ? JmsErrors.of(ErrorCode.BAD_URI, "The URI names no server") : last;
    }

    private Link open(Endpoint server, boolean resume) throws JMSException {
        Link link = new Link();
        Opening attempt = new Opening(server, options, identity, resume, link);
        lock.lock();
        try {
            checkAlive();
            opening = attempt;
        } finally {
            lock.unlock();
        }
        WireChannel wire = attempt.open();
        link.wire = wire;
        lock.lock();
        try {
            opening = null;
            if (end != null) {
                wire.close();
            }
            checkAlive();
            if (link.lost) {
                throw lostAtOnce(server);
            }
            this.link = link;
        } finally {
            lock.unlock();
        }
        servers.connected(server);
        return link;
    }

    private static JMSException lostAtOnce(Endpoint server) {
        return LinkLostException.because(
                JmsErrors.of(ErrorCode.CONNECTION_LOST, server + " closed the connection at once"));
    }

    /** Lets others write on the link, unless it is lost already: the server has been told everything that comes before. */
    private void publish(Link on) {
        lock.lock();
        try {
            if (link == on) {
                welcome = on.wire().welcome();
                user = on.wire().user();
                on.maker = null;
                ready = on;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody go on, unless the link is lost already. */
    private boolean connected(Link on) {
        lock.lock();
        try {
            if (on.lost || end != null) {
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
    private void pause(long delayMs) throws JMSException {
        lock.lock();
        try {
            awaitWhile(() -> end == null, System.nanoTime(), delayMs);
            checkAlive();
        } finally {
            lock.unlock();
        }
    }

    // --- The loss of a link

    private void lost(Link which, JMSException why) {
        boolean wasConnected;
        boolean ends;
        lock.lock();
        try {
            which.lost = true;
            changed.signalAll();
            if (link != which) {
                return;
            }
            wasConnected = connected;
            connected = false;
            ready = null;
            link = null;
            problem = why;
            // Who is not connected yet tries the other servers, whatever holds for later.
            if (end == null && (closing || (wasConnected && !policy.enabled()) || isFinal(why))) {
                end = why;
            }
            ends = end != null;
        } finally {
            lock.unlock();
        }
        if (ends) {
            finish();
        } else if (wasConnected) {
            LOG.log(Level.INFO, "Connecting again: " + why.getMessage());
            resumption.suspend();
            Thread thread = new Thread(this::reconnect, "quoin-reconnect-" + identity.connectionId());
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void reconnect() {
        try {
            backoff.lost(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - connectedAtNs));
            while (!backoff.isOver()) {
                pause(backoff.nextDelayMs());
                for (Endpoint server : servers.round()) {
                    expireSends();
                    if (tryAgain(server)) {
                        return;
                    }
                }
            }
            JMSException last = Objects.requireNonNull(problem);
            giveUp(JmsErrors.of(
                    ErrorCode.CONNECTION_LOST,
                    "None of " + servers + " could be reached in " + backoff.rounds() + " rounds; at last: "
                            + last.getMessage(),
                    last));
        } catch (JMSException e) {
            giveUp(e);
        } catch (RuntimeException | java.lang.Error e) {
            LOG.log(Level.ERROR, "Connecting again has failed", e);
            giveUp(JmsErrors.of(ErrorCode.INTERNAL_ERROR, "Connecting again has failed: " + e, e));
        }
    }

    /** Those that nobody waits for end as the others do, though a little later. */
    private void expireSends() {
        long timeoutMs = options.sendTimeoutMs();
        identity.sends()
                .expire(
                        System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(timeoutMs),
                        () -> JmsErrors.of(
                                ErrorCode.SEND_TIMEOUT,
                                "No answer within " + timeoutMs + " ms to: send a message at " + address()
                                        + " (it may have been stored)"));
    }

    /** Whether the connection is there again. */
    private boolean tryAgain(Endpoint server) throws JMSException {
        Link opened = null;
        try {
            opened = open(server, true);
            resume(opened);
            if (connected(opened)) {
                return true;
            }
            resumption.suspend();
            checkAlive();
            return false;
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Not connected again: " + e.getMessage());
            if (opened != null) {
                resumption.suspend();
                abandon(opened);
            }
            checkAlive();
            if (opened == null && isFinal(e)) {
                throw e;
            }
            problem = e;
            return false;
        }
    }

    private void resume(Link on) throws JMSException {
        WireChannel wire = on.wire();
        Frame.Welcome now = wire.welcome();
        identity.routes().introduce(wire);
        resumption.resume(this, now.resumed(), Successor.of(welcome(), now));
        wire.resend(resumption::isRepeated);
        publish(on);
        resumption.flow();
        wire.flush(Flush.SOON);
    }

    /** Closes a link on which not everything could be put together, and returns when its reader has ended. */
    private void abandon(Link opened) {
        opened.wire().close();
        lock.lock();
        try {
            while (!opened.lost) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What another attempt would not mend: the server knows who we are and does not want us. */
    private static boolean isFinal(@Nullable JMSException e) {
        return e != null && FINAL.contains(String.valueOf(e.getErrorCode()));
    }

    private void giveUp(JMSException why) {
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
        if (current == null) {
            finish();
        } else {
            current.wire().close(); // its reader finishes
        }
    }

    /** The channel is not alive any more, and nobody writes on a link. Of two who find that out, one does what follows. */
    private void finish() {
        if (!finished.compareAndSet(false, true)) {
            return;
        }
        JMSException why = Objects.requireNonNull(end);
        identity.sends().failAll(why);
        resumption.onLost(why);
    }

    // --- What everybody asks

    @Override
    public UUID connectionId() {
        return identity.connectionId();
    }

    @Override
    public String address() {
        JMSException why = problem;
        return connected || why == null || end != null
                ? servers.toString()
                : servers + ", connecting again (" + why.getMessage() + ")";
    }

    private Frame.Welcome welcome() {
        return Objects.requireNonNull(welcome, "the channel was connected once");
    }

    @Override
    public @Nullable String user() {
        return user;
    }

    @Override
    public String serverVersion() {
        return welcome().serverVersion();
    }

    @Override
    public UUID clusterId() {
        return welcome().clusterId();
    }

    @Override
    public long bootNumber() {
        Link current = link;
        return (current == null ? welcome() : current.wire().welcome()).bootNumber();
    }

    @Override
    public boolean isAlive() {
        return end == null;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isStale() {
        Link current = link;
        return current != null && current.wire().isStale();
    }

    @Override
    public int maxMessageBytes() {
        Link current = link;
        return current == null ? Integer.MAX_VALUE : current.wire().maxMessageBytes();
    }

    private void checkAlive() throws JMSException {
        JMSException why = end;
        if (why != null) {
            throw JmsErrors.again(why);
        }
    }

    @Override
    public void awaitConnected(long startNs, long timeoutMs, ErrorCode timeoutCode, Object what) throws JMSException {
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

    @Override
    public WireChannel wire() throws JMSException {
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

    @Override
    public <R extends Reply> R request(int session, IntFunction<? extends Frame> frame, R reply) throws JMSException {
        return wire().request(session, frame, reply);
    }

    @Override
    public void post(int session, Frame frame, Flush flush) throws JMSException {
        wire().post(session, frame, flush);
    }

    @Override
    public void acknowledge(
            int session,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            int flags,
            AckRanges ranges,
            @Nullable Reply confirmation,
            Flush flush)
            throws JMSException {
        wire().acknowledge(session, consumer, handedOut, outcome, flags, ranges, confirmation, flush);
    }

    @Override
    public void credit(int session, int consumer, long limitMessages, long limitBytes, long handedOut, Flush flush)
            throws JMSException {
        wire().credit(session, consumer, limitMessages, limitBytes, handedOut, flush);
    }

    @Override
    public void flush() throws JMSException {
        wire().flush(Flush.NOW);
    }

    @Override
    public Route route(QuoinDestination destination) throws JMSException {
        checkAlive();
        return identity.routes().route(destination);
    }

    @Override
    public void forget(Route route) {
        identity.routes().forget(route);
    }

    @Override
    public void send(Send send, MessageWriter message, boolean needsCredit, Flush flush) throws JMSException {
        long timeoutMs = options.sendTimeoutMs();
        long startNs = System.nanoTime();
        while (true) {
            awaitConnected(startNs, timeoutMs, ErrorCode.SEND_TIMEOUT, send);
            try {
                wire().send(send, message, needsCredit, flush);
                return;
            } catch (LinkLostException e) {
                // It was not written, and goes out on the next link.
            }
        }
    }

    @Override
    public void clientId(String id) {
        lock.lock();
        try {
            options = options.withClientId(id);
        } finally {
            lock.unlock();
        }
    }

    // --- The end

    @Override
    public void closing() {
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

    @Override
    public void close() {
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
