// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.ssl.SslContext;
import io.quoin.journal.JournalException;
import io.quoin.journal.disk.FileDisk;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.admin.AdminHttp;
import io.quoin.server.admin.Health;
import io.quoin.server.config.Option;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.group.BrokerAgent;
import io.quoin.server.group.StorageFailedException;
import io.quoin.server.metrics.ServerMetrics;
import io.quoin.server.transport.EventLoops;
import io.quoin.server.transport.Listener;
import io.quoin.server.transport.Messaging;
import io.quoin.server.transport.PortInUseException;
import io.quoin.server.transport.TlsContexts;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole server: what is needed is made here, top to bottom, and taken apart in the other direction.
 *
 * <p>Thread: any; what it does to the owner's state it does on the owner's thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled on the loop reports by itself
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** A clean stop takes no longer than this: 5 s. */
    private static final long STOP_TIMEOUT_MS = 5_000;

    private static final long STOP_CHECK_MS = 5;

    private final BrokerAgent agent;
    private final Messaging messaging;
    private final Deque<AutoCloseable> parts;
    private final int port;
    private final int tlsPort;
    private final int adminPort;
    private boolean stopped;

    private Server(
            BrokerAgent agent, Messaging messaging, Deque<AutoCloseable> parts, int port, int tlsPort, int adminPort) {
        this.agent = agent;
        this.messaging = messaging;
        this.parts = parts;
        this.port = port;
        this.tlsPort = tlsPort;
        this.adminPort = adminPort;
    }

    /**
     * Starts a server.
     *
     * @param version shown to clients
     * @param onFailure told the exit code when the server cannot go on; it has confirmed nothing since, and never will.
     *     A process of its own ends here
     * @throws StartException if it could not be started; nothing is left behind
     */
    public static Server start(ServerConfig config, String version, IntConsumer onFailure) throws StartException {
        return start(config, version, FileDisk::new, onFailure);
    }

    /**
     * The same on a disk of the caller's: a test's may fail or end the process at any of its operations.
     *
     * @param disks opens the data folder
     */
    public static Server start(ServerConfig config, String version, DiskFactory disks, IntConsumer onFailure)
            throws StartException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(config, version, disks, onFailure, parts);
        } catch (StartException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static Server start(
            ServerConfig config, String version, DiskFactory disks, IntConsumer onFailure, Deque<AutoCloseable> parts)
            throws StartException {
        SslContext tls = tls(config);
        EventLoops loops = EventLoops.start("quoin-loop", 1);
        parts.push(loops);
        SingleThreadEventLoop loop = loops.next();
        Ports ports = new Ports(loops, loop, config, parts);
        // Ports first: if one is taken, nothing in the data folder has been touched.
        Listener plain = ports.open(Options.PORT, plainAddress(config));
        Listener secure = tls == null ? null : ports.open(Options.TLS_PORT, config.get(Options.BIND));
        Listener admin = ports.open(Options.ADMIN_PORT, config.get(Options.BIND));

        Consumer<Throwable> fail = cause -> fail(cause, onFailure);
        BrokerAgent agent = Store.open(config, version, disks, parts);
        Messaging messaging = new Messaging(config, loop, agent, agent::accept, fail);
        // On the owner's thread, which must not read in a helper's place once that has begun.
        loop.submit(() -> {
                    agent.startHelpers(() -> loop.execute(messaging::request));
                    messaging.start();
                })
                .syncUninterruptibly();
        ServerMetrics metrics = new ServerMetrics(agent, messaging);
        AdminHttp http = new AdminHttp(() -> health(agent), metrics::text, fail);

        plain.accept(channel -> messaging.accept(channel, null));
        if (secure != null) {
            secure.accept(channel -> messaging.accept(channel, tls));
        }
        admin.accept(http::accept);
        return new Server(agent, messaging, parts, plain.port(), secure == null ? 0 : secure.port(), admin.port());
    }

    /** The messaging port. */
    public int port() {
        return port;
    }

    /** The port for messaging over TLS, 0 if there is none. */
    public int tlsPort() {
        return tlsPort;
    }

    /** The port that serves health and metrics. */
    public int adminPort() {
        return adminPort;
    }

    /**
     * Stops in order: nothing more is accepted, clients are told, what they sent is made durable and answered, and the
     * journal notes that the stop was clean. The second call does nothing.
     *
     * @return whether all of it was done in time
     */
    public synchronized boolean stop() {
        if (stopped) {
            return true;
        }
        stopped = true;
        boolean clean = false;
        try {
            CompletableFuture<Void> done = new CompletableFuture<>();
            messaging.loop().execute(() -> beginStop(done));
            done.get(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            clean = true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("The server could not be stopped cleanly; what was confirmed is safe", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeAll(parts);
        return clean;
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    private void beginStop(CompletableFuture<Void> done) {
        try {
            agent.beginStop();
            finishStop(done);
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    /** Looks again and again, between the cycles of the owner, whether clients have given back what they had. */
    private void finishStop(CompletableFuture<Void> done) {
        try {
            if (agent.isReadyToStop()) {
                agent.finishStop();
                done.complete(null);
            } else {
                messaging.request();
                messaging.loop().schedule(() -> finishStop(done), STOP_CHECK_MS, TimeUnit.MILLISECONDS);
            }
        } catch (JournalException | RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    private static Health health(BrokerAgent agent) {
        List<String> reasons = new ArrayList<>();
        if (agent.isStopping()) {
            reasons.add("STOPPING");
        }
        if (agent.isDiskFull()) {
            reasons.add("DISK_FULL");
        }
        return new Health(agent.isServing(), reasons);
    }

    /** The owner cannot go on. Nothing that was not confirmed before will be. */
    private static void fail(Throwable cause, IntConsumer onFailure) {
        boolean storage = cause instanceof StorageFailedException;
        try {
            LOG.error(storage ? "The journal has failed: the server stops" : "The server has failed and stops", cause);
        } finally {
            onFailure.accept(exitCode(cause).number());
        }
    }

    private static ExitCode exitCode(Throwable cause) {
        if (cause instanceof StorageFailedException) {
            return ExitCode.JOURNAL_FAILED;
        }
        return cause instanceof OutOfMemoryError ? ExitCode.OUT_OF_MEMORY : ExitCode.THREAD_DIED;
    }

    /** What is not encrypted does not leave the machine, whatever else is bound. */
    static InetAddress plainAddress(ServerConfig config) {
        InetAddress bind = config.get(Options.BIND);
        return bind.isLoopbackAddress() ? bind : InetAddress.getLoopbackAddress();
    }

    private static @Nullable SslContext tls(ServerConfig config) throws StartException {
        Path certificate = config.find(Options.TLS_CERT);
        Path key = config.find(Options.TLS_KEY);
        if (certificate == null || key == null) {
            return null;
        }
        try {
            return TlsContexts.server(certificate, key);
        } catch (SSLException e) {
            throw new StartException(
                    ExitCode.USAGE,
                    ErrorCode.TLS_FAILED,
                    "tls.cert or tls.key cannot be used. " + ErrorCode.sentence(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** Takes ports, and puts them among the parts. */
    private record Ports(EventLoops loops, EventLoop loop, ServerConfig config, Deque<AutoCloseable> parts) {

        Listener open(Option<Integer> port, InetAddress address) throws StartException {
            try {
                Listener listener = Listener.open(loops, loop, address, config.get(port));
                parts.push(listener);
                return listener;
            } catch (PortInUseException e) {
                throw new StartException(
                        ExitCode.FAILED,
                        ErrorCode.PORT_IN_USE,
                        e.getMessage() + ". Stop the program that uses it, or choose another one with " + port.flag()
                                + " (0 takes a free one).",
                        e);
            }
        }
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) { // one part must not keep the others from being closed
                LOG.warn("Something could not be closed: {}", e.toString());
            }
        }
    }
}
