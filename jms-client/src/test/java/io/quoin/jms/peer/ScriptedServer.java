// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A server that speaks frames and knows nothing: a test sees exactly what the client writes and says exactly what it gets.
 * Requests are answered with OK and sends with SENT unless the test wants to do that itself, see {@link Link#hold}.
 */
public final class ScriptedServer implements AutoCloseable {

    private final ServerSocket listening;
    private final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Consumer<Link> setUp;
    private volatile boolean refusing;

    private ScriptedServer(ServerSocket listening, Consumer<Link> setUp) {
        this.listening = listening;
        this.setUp = setUp;
        Thread acceptor = new Thread(this::accept, "scripted-acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    public static ScriptedServer start() {
        return start(link -> {});
    }

    /** {@code setUp} is called for each connection before its first frame is read. */
    public static ScriptedServer start(Consumer<Link> setUp) {
        try {
            return new ScriptedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), setUp);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a server socket of another kind, for example one for TLS. */
    public static ScriptedServer start(ServerSocket socket, Consumer<Link> setUp) {
        return new ScriptedServer(socket, setUp);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public String uri() {
        return "quoin://127.0.0.1:" + port();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                if (refusing) {
                    socket.close();
                    continue;
                }
                Link link = new Link(socket);
                setUp.accept(link);
                links.add(link);
                link.start();
                accepted.add(link);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    /** As if the server were not there. */
    public void refuse(boolean everybody) {
        refusing = everybody;
    }

    /** The next connection. */
    public Link link() {
        try {
            Link link = accepted.poll(10, TimeUnit.SECONDS);
            if (link == null) {
                throw new AssertionError("Nobody has connected within 10 s");
            }
            return link;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::cut);
    }
}
