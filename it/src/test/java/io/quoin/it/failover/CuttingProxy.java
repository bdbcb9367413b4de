// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.failover;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A network that misbehaves: between a client and a server it cuts connections after so many bytes, wherever in a frame that
 * is, swallows the server's answers for a while before it cuts, or holds bytes back.
 *
 * <p>Thread: shared; two of its own for each connection.
 */
final class CuttingProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 4 << 10;
    private static final int DELAY_MAX_MS = 20;

    private final ServerSocket listening;
    private final int serverPort;
    private final SplittableRandom random;
    private final int bytesMax;
    private final Set<Pair> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean calm;

    /**
     * A proxy on a free port of the loopback address.
     *
     * @param bytesMax after how many bytes in one direction a connection is cut at the latest
     */
    CuttingProxy(int serverPort, long seed, int bytesMax) {
        this.serverPort = serverPort;
        this.random = new SplittableRandom(seed);
        this.bytesMax = bytesMax;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept, "proxy-acceptor");
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The URI under which clients reach the server. */
    String url() {
        return "quoin://127.0.0.1:" + listening.getLocalPort();
    }

    /** How many connections were cut so far. */
    int cuts() {
        return cuts.get();
    }

    /** From now on nothing is cut or delayed. */
    void calm() {
        calm = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Fate fate;
                synchronized (random) {
                    fate = Fate.values()[random.nextInt(Fate.values().length)];
                }
                connect(client, fate);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void connect(Socket client, Fate fate) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Pair pair = new Pair(client, server);
            open.add(pair);
            long limit = limit();
            daemon(
                    () -> pair.copy(client, server, fate == Fate.CUT_REQUEST ? limit : Long.MAX_VALUE, fate),
                    "proxy-up");
            daemon(
                    () -> pair.copy(server, client, fate == Fate.CUT_REQUEST ? Long.MAX_VALUE : limit, fate),
                    "proxy-down");
        } catch (IOException e) {
            closeQuietly(client); // The server is not there: the client finds that out.
        }
    }

    private long limit() {
        synchronized (random) {
            return 1 + random.nextInt(bytesMax);
        }
    }

    private int delayMs() {
        synchronized (random) {
            return random.nextInt(DELAY_MAX_MS);
        }
    }

    /** What becomes of a connection. */
    private enum Fate {
        /** Ends within what the client sends. */
        CUT_REQUEST,
        /** Ends within what the server sends. */
        CUT_ANSWER,
        /** The server works on while nothing of its answers arrives; then it ends. */
        SWALLOW_ANSWERS,
        /** Bytes take their time; then it ends. */
        DELAY
    }

    /** One connection and its other half. */
    private final class Pair {

        private final Socket client;
        private final Socket server;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void copy(Socket from, Socket to, long limit, Fate fate) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long left = limit;
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (fate == Fate.DELAY && !calm) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMs()));
                    }
                    int wanted = calm ? n : (int) Math.min(n, left);
                    out.write(buffer, 0, wanted);
                    left -= wanted;
                    if (left <= 0 && !calm) {
                        swallow(in, buffer, fate);
                        cuts.incrementAndGet();
                        break;
                    }
                }
            } catch (IOException e) {
                // One of the two has ended it.
            } finally {
                close();
            }
        }

        private void swallow(InputStream in, byte[] buffer, Fate fate) throws IOException {
            if (fate != Fate.SWALLOW_ANSWERS) {
                return;
            }
            server.setSoTimeout(1 + delayMs());
            try {
                while (in.read(buffer) >= 0) {
                    // Nobody will know.
                }
            } catch (java.net.SocketTimeoutException e) {
                // Long enough.
            }
        }

        void close() {
            closeQuietly(client);
            closeQuietly(server);
            open.remove(this);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Pair::close);
    }
}
