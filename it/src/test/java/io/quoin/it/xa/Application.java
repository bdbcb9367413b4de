// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The process of {@link Transfers}, one after another, and what they have said.
 *
 * <p>Thread: the test's; another one reads what the process says.
 */
final class Application {

    private static final long WITHIN_S = 90;
    /** At least, however busy the machine is. */
    private static final int MESSAGES_A_SECOND = 20;

    private final long begunNs = System.nanoTime();
    private final Path folder;
    private final String database;
    private final List<String> options;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger cycles = new AtomicInteger();
    private final AtomicInteger committed = new AtomicInteger();
    private @Nullable Process process;
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

    Application(Path folder, String database, String... options) {
        this.folder = folder;
        this.database = database;
        this.options = List.of(options);
    }

    /** Starts it, and returns when it works. */
    void begin(ServerProcess server, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of(url(server), database, folder.resolve("log").toString()));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        Process begun = JavaProcess.begin(Transfers.class, arguments.toArray(String[]::new));
        process = begun;
        CompletableFuture<Void> works = new CompletableFuture<>();
        reading = CompletableFuture.runAsync(() -> read(begun, works));
        works.orTimeout(WITHIN_S, TimeUnit.SECONDS).join();
    }

    /** The server is soon back, and so is its client. */
    static String url(ServerProcess server) {
        return server.url() + "?maxReconnectDelay=100ms";
    }

    private void read(Process of, CompletableFuture<Void> works) {
        try (BufferedReader lines = of.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                tell(line);
                if (line.startsWith(Transfers.CYCLE_OVER)) {
                    committed.addAndGet(line.endsWith(Transfers.COMMITTED) ? 1 : 0);
                    cycles.incrementAndGet();
                } else if (line.equals(Transfers.WORKING)) {
                    works.complete(null);
                }
            }
        } catch (IOException e) {
            told.add("killed: " + e.getMessage());
        }
        works.completeExceptionally(new AssertionError("the application has ended; " + this));
    }

    /** How many transactions are over for which the server's end was planned. */
    int cycles() {
        return cycles.get();
    }

    /** How many of these were committed. */
    int committed() {
        return committed.get();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Waits for something, while the application lives. */
    void await(BooleanSupplier done) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        while (!done.getAsBoolean()) {
            assertThat(isAlive() && System.nanoTime() < deadlineNs)
                    .as("waiting; %s", this)
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Starts it, and waits until it has nothing to do any more, which is at most so many messages. */
    void runToItsEnd(ServerProcess server, int messages) throws IOException, InterruptedException {
        begin(server);
        assertThat(end(WITHIN_S + messages / MESSAGES_A_SECOND)).as("%s", this).isZero();
    }

    /** Waits until it ends by itself; returns its exit code. */
    int end() throws InterruptedException {
        return end(WITHIN_S);
    }

    private int end(long withinS) throws InterruptedException {
        Process ending = process;
        assertThat(ending != null && ending.waitFor(withinS, TimeUnit.SECONDS))
                .as("it ends; %s", this)
                .isTrue();
        reading.join();
        return ending.exitValue();
    }

    void kill() {
        Process killed = process;
        if (killed != null) {
            killed.destroyForcibly().onExit().join();
            reading.join();
        }
    }

    /** Notes what has happened to it, beside what it has said. */
    void tell(String line) {
        told.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNs) + " ms: " + line);
    }

    @Override
    public String toString() {
        return "the application said:\n" + String.join("\n", told);
    }
}
