// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A broker's processes and its folder, from its start until {@link #close} has ended and removed all of it. */
final class RunningBroker implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final Broker broker;
    private final Path folder;
    private final Path log;
    private final String[] ports = {freePort(), freePort(), freePort()};
    private final List<Process> processes = new ArrayList<>();
    private final GarbageLog garbage;
    private double readyMs;

    private RunningBroker(Broker broker, Path work) throws IOException {
        this.broker = broker;
        folder = work.resolve("data-" + broker.name());
        log = work.resolve(broker.name() + ".log");
        garbage = new GarbageLog(work.resolve(broker.name() + "-gc.log"));
    }

    /** Starts a broker on an empty folder and waits until it is ready. */
    static RunningBroker start(Broker broker, Path work) throws IOException, InterruptedException {
        RunningBroker started = new RunningBroker(broker, work);
        try {
            started.start();
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        delete(folder);
        Files.createDirectories(folder);
        Files.deleteIfExists(log);
        Files.deleteIfExists(garbage.file());
        for (var file : broker.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), filled(file.getValue()));
        }
        for (List<String> command : broker.before()) {
            Process process = process(command)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Children.add(process);
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                Children.end(process);
                throw new IOException(command.get(command.size() - 1) + " failed; " + log + " says why");
            }
        }
        for (List<String> command : broker.beside()) {
            start(process(command).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
        }
        List<String> command = new ArrayList<>(broker.command());
        if (broker.isJava()) {
            command.add(1, "-Xlog:gc:file=" + garbage.file() + "::filecount=0");
        }
        long beganNs = System.nanoTime();
        boolean isAnnounced = !broker.announces().isEmpty();
        ProcessBuilder builder = process(command);
        Process process =
                start(isAnnounced ? builder : builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
        boolean isReady = isAnnounced ? awaitLine(process) : awaitPort(process);
        readyMs = (System.nanoTime() - beganNs) / 1e6;
        if (!isReady) {
            String how = process.isAlive() ? "was not ready in " + START_LIMIT.toSeconds() + " s" : "has ended at once";
            throw new IOException(broker.name() + " " + how + "; " + log + " says why");
        }
    }

    private ProcessBuilder process(List<String> words) {
        ProcessBuilder builder =
                new ProcessBuilder(words.stream().map(this::filled).toList());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        broker.environment().forEach((name, value) -> builder.environment().put(name, filled(value)));
        return builder;
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        Children.add(process);
        processes.add(process);
        return process;
    }

    private String filled(String word) {
        return word.replace("DATA", folder.toString())
                .replace("PORT2", ports[1])
                .replace("PORT3", ports[2])
                .replace("PORT", ports[0]);
    }

    private boolean awaitLine(Process process) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean isReady = new AtomicBoolean();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (line.contains(broker.announces())) {
                                isReady.set(true);
                                ended.countDown();
                            }
                        }
                    } catch (IOException e) {
                        // It has ended.
                    } finally {
                        ended.countDown();
                    }
                },
                "output-of-" + broker.name());
        reader.setDaemon(true);
        reader.start();
        return ended.await(START_LIMIT.toSeconds(), TimeUnit.SECONDS) && isReady.get();
    }

    private boolean awaitPort(Process process) throws InterruptedException {
        long endNs = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < endNs) {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ports[0])), 1_000);
                return true;
            } catch (IOException e) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    String url(String query) {
        return broker.scheme() + "://127.0.0.1:" + ports[0] + filled(query);
    }

    String name() {
        return broker.name();
    }

    /** From the start of its process until it was ready. */
    double readyMs() {
        return readyMs;
    }

    boolean isAlive() {
        return processes.get(processes.size() - 1).isAlive();
    }

    /** Of its processes and theirs, so far. */
    double cpuSeconds() {
        return processes.stream()
                .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()))
                .flatMap(handle -> handle.info().totalCpuDuration().stream())
                .mapToDouble(time -> time.toNanos() / 1e9)
                .sum();
    }

    /** So far; NaN if it cannot be known. */
    double allocatedBytes() throws IOException, InterruptedException {
        return broker.isJava()
                ? garbage.allocatedBytes(processes.get(processes.size() - 1).pid())
                : Double.NaN;
    }

    /** So far, or -1 if it cannot be known. */
    int fullCollections() throws IOException {
        return broker.isJava() ? garbage.fullCollections() : -1;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (int i = processes.size() - 1; i >= 0; i--) {
            Children.end(processes.get(i));
        }
        delete(folder);
    }

    private static String freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return String.valueOf(free.getLocalPort());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
