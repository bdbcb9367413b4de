// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with some consumers on one connection, each with a session of its own. It ends in an orderly way when its standard input does, and as abruptly as it is killed.
 *
 * <p>It knows of nothing but plain JMS. When a call fails it opens a new connection, as an application does whose provider does not.
 */
final class Consumers {
    private static final long TICK_MS = 100;
    private static final long STALL_MS = 500;
    private static final long REOPEN_AFTER_MS = 100;

    /**
     * What it is told.
     *
     * @param folder where the events go
     * @param process its number, from 1
     * @param modes of its sessions
     * @param fenceAfterMs after how long a silence the server may give its sessions up
     * @param workMaxUs how long it works on a message at most
     * @param seed of what it decides by chance
     */
    record Options(Path folder, int process, List<Mode> modes, int fenceAfterMs, int workMaxUs, long seed) {
        List<String> arguments() {
            return List.of(
                    folder.toString(),
                    Integer.toString(process),
                    String.join(",", modes.stream().map(Mode::name).toList()),
                    Integer.toString(fenceAfterMs),
                    Integer.toString(workMaxUs),
                    Long.toString(seed));
        }

        static Options parse(String[] a) {
            return new Options(
                    Path.of(a[0]),
                    Integer.parseInt(a[1]),
                    Arrays.stream(a[2].split(",", -1)).map(Mode::valueOf).toList(),
                    Integer.parseInt(a[3]),
                    Integer.parseInt(a[4]),
                    Long.parseLong(a[5]));
        }
    }

    private final Provider provider;
    private final Options options;
    private final EventLog log;
    private volatile boolean ending;
    /** A session of this connection is of no more use. */
    private volatile boolean broken;

    private int opened;

    private Consumers(Provider provider, Options options) throws IOException {
        this.provider = provider;
        this.options = options;
        this.log = new EventLog(options.folder(), "consumers-" + options.process());
    }

    public static void main(String[] arguments) throws IOException {
        Provider provider = Provider.parse(arguments);
        Options options = Options.parse(Arrays.copyOfRange(arguments, 3, arguments.length));
        new Consumers(provider, options).run();
    }

    private void run() throws IOException {
        daemon("ticker", this::recordStalls);
        daemon("input", this::awaitEndOfInput);
        while (!ending) {
            try (Connection connection = provider.connectionFactory().createConnection()) {
                work(connection);
            } catch (JMSException e) {
                System.err.println("consumers " + options.process() + ": " + e);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REOPEN_AFTER_MS));
            }
        }
        log.close();
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Also a machine that is busy elsewhere can silence a process for so long that it is given up. */
    private void recordStalls() {
        long last = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
            long now = System.nanoTime();
            long silentMs = TimeUnit.NANOSECONDS.toMillis(now - last);
            if (silentMs > STALL_MS) {
                log.add(Kind.STALLED, Event.consumer(options.process(), 0), null, (int) silentMs, 0);
            }
            last = now;
        }
    }

    private void awaitEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The parent is gone, which is an end too.
            System.err.println(e);
        }
        ending = true;
    }

    private void work(Connection connection) throws JMSException {
        broken = false;
        List<ConsumerSession> sessions = new ArrayList<>();
        try {
            for (Mode mode : options.modes()) {
                int number = Event.consumer(options.process(), opened++);
                sessions.add(new ConsumerSession(connection, provider, mode, number, log, options));
            }
            connection.start();
            List<Thread> workers = sessions.stream()
                    .filter(s -> !s.automatic())
                    .map(s -> new Thread(() -> workOn(s)))
                    .toList();
            workers.forEach(Thread::start);
            awaitEnd(workers);
        } finally {
            sessions.forEach(ConsumerSession::closing);
        }
        for (ConsumerSession session : sessions) {
            session.close();
        }
    }

    private void workOn(ConsumerSession session) {
        try {
            while (!ending && !broken) {
                session.work();
            }
        } catch (JMSException e) {
            System.err.println("consumers " + options.process() + ": " + e);
            broken = true;
        }
    }

    private void awaitEnd(List<Thread> workers) {
        while (!ending && !broken) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
        }
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        }
    }
}
