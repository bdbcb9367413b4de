// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds of opening, closing, stopping, starting and killing, at random, under load and from many threads. Nothing hangs,
 * nothing is delivered after a stop, nothing throws what the API does not name, and no thread and no socket is left.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ChaosIT {

    private static final int ROUNDS = Boolean.getBoolean("quoin.long") ? 100 : 6;
    private static final int WORKERS = 8;
    private static final long HANGS_AFTER_S = 120;

    @TempDir
    Path folder;

    /** Threads of other tests' connections, which may stay as long as the JVM. */
    private final Set<Thread> others = new HashSet<>();

    @Test
    void nothingHangsAndNothingIsLeft() throws Exception {
        long seed = Long.getLong("quoin.chaos.seed", System.nanoTime());
        System.out.println("chaos: seed " + seed);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                CuttingProxy proxy = new CuttingProxy(server.port())) {
            others.addAll(Thread.getAllStackTraces().keySet());
            // What exists once a JVM is there before anything is counted.
            new QuoinConnectionFactory(server.url()).createConnection().close();
            awaitNoThreads("before the first round");
            long sockets = sockets();
            for (int round = 0; round < ROUNDS; round++) {
                round(server, proxy, new Random(seed + round), "round " + round + " of seed " + seed);
                String what = "after round " + round + " of seed " + seed;
                awaitNoThreads(what);
                await(what).atMost(30, TimeUnit.SECONDS).until(() -> proxy.open() == 0);
            }
            await("sockets").atMost(30, TimeUnit.SECONDS).until(() -> sockets() <= sockets);
        }
    }

    private static void round(ServerProcess server, CuttingProxy proxy, Random random, String what) throws Exception {
        Chaos chaos = new Chaos(proxy.url());
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Random own = new Random(random.nextLong());
            running.add(start(() -> chaos.work(own)));
        }
        boolean killsServer = random.nextInt(4) == 0;
        for (int i = 0; i < 4; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(200)));
            if (random.nextBoolean()) {
                proxy.cut();
            }
        }
        if (killsServer) {
            server.kill();
            server.restart();
        }
        chaos.end();
        running.forEach(one -> finish(one, what));
        for (Connection connection : chaos.connections()) {
            finish(start(connection::close), what + ", the end");
        }
        finish(start(chaos::closePools), what + ", the end");
        assertThat(chaos.failures()).as(what).isEmpty();
    }

    private interface Task {
        void run() throws JMSException;
    }

    private static CompletableFuture<Void> start(Task task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                        done.complete(null);
                    } catch (JMSException e) {
                        done.complete(null); // The server was killed, or somebody else has closed what was used.
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                },
                "chaos-worker");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static void finish(CompletableFuture<Void> one, String what) {
        try {
            one.get(HANGS_AFTER_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(what + " hangs:\n" + threads(), e);
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(what, e);
        }
    }

    private void awaitNoThreads(String what) {
        try {
            await(what)
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(this::isOfAConnection));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(what + " threads are left:\n" + threads(), e);
        }
    }

    /** The timer is one for the whole JVM. */
    private boolean isOfAConnection(Thread thread) {
        return !others.contains(thread)
                && thread.getName().startsWith("quoin-")
                && !thread.getName().contains("tick");
    }

    private static String threads() {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> one :
                Thread.getAllStackTraces().entrySet()) {
            if (one.getKey().getName().matches("(quoin|chaos).*")) {
                all.append(one.getKey()).append('\n');
                for (StackTraceElement frame : one.getValue()) {
                    all.append("    ").append(frame).append('\n');
                }
            }
        }
        return all.toString();
    }

    /** How many sockets this process has open; 0 where that cannot be found out. */
    private static long sockets() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(ChaosIT::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // Closed meanwhile.
        }
    }
}
