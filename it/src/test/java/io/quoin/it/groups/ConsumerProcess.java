// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Handle on a process of {@link Consumers}, and on what can be done to it. What is done is recorded. */
final class ConsumerProcess {
    private static final long END_WITHIN_S = 60;

    final int number;
    private final Process process;
    private final EventLog log;

    private ConsumerProcess(int number, Process process, EventLog log) {
        this.number = number;
        this.process = process;
        this.log = log;
    }

    static ConsumerProcess start(Provider provider, Consumers.Options options, EventLog log) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Consumers.class.getName()));
        command.addAll(provider.arguments());
        command.addAll(options.arguments());
        Path output = options.folder().resolve("consumers-" + options.process() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ConsumerProcess(options.process(), process, log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        log.add(Kind.KILLED, Event.consumer(number, 0));
        process.destroyForcibly().onExit().join();
    }

    /** Stops it in the middle of whatever it does, until {@link #goOn()}. */
    void freeze() throws IOException {
        log.add(Kind.STOPPED, Event.consumer(number, 0));
        signal("-STOP");
    }

    void goOn() throws IOException {
        signal("-CONT");
        log.add(Kind.CONTINUED, Event.consumer(number, 0));
    }

    private void signal(String signal) throws IOException {
        int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .onExit()
                .join()
                .exitValue();
        if (exit != 0) {
            throw new IOException("kill " + signal + " of process " + process.pid() + " failed: is it gone?");
        }
    }

    /** Tells it to close its sessions and end. */
    void leave() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits for the end of one that was told to leave; false if it does not come. */
    boolean awaitEnd() throws InterruptedException {
        return process.waitFor(END_WITHIN_S, TimeUnit.SECONDS);
    }
}
