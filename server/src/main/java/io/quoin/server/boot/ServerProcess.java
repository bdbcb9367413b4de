// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import io.quoin.journal.disk.FileDisk;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

/** A server that is all of its process: tells when it is ready, stops when it is told to, and ends with a number. */
public final class ServerProcess {

    private ServerProcess() {}

    /**
     * Runs a server until the process is told to stop.
     *
     * @param out gets one line when the server is ready
     * @param err gets one line if it could not start
     * @param exit ends the process with a number, at once: a normal exit could wait for the very thread that has failed
     * @return the exit code if the server could not start; otherwise it does not return, and the process ends by itself
     */
    public static int run(ServerConfig config, String version, PrintStream out, PrintStream err, IntConsumer exit) {
        return run(config, version, FileDisk::new, out, err, exit);
    }

    /** The same on a disk of the caller's. */
    public static int run(
            ServerConfig config,
            String version,
            DiskFactory disks,
            PrintStream out,
            PrintStream err,
            IntConsumer exit) {
        Server server;
        try {
            server = Server.start(config, version, disks, exit);
        } catch (StartException e) {
            err.println("quoin: " + e.getMessage());
            return e.exitCode().number();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, exit), "quoin-stop"));
        out.println(readyLine(server, config, version));
        out.flush();
        awaitForEver();
        return ExitCode.OK.number();
    }

    /** The signal came: a clean stop is a good end, also where the system would count the signal as a failure. */
    private static void stop(Server server, IntConsumer exit) {
        boolean clean = server.stop();
        exit.accept(clean ? ExitCode.OK.number() : ExitCode.FAILED.number());
    }

    private static void awaitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end, and the server with it
        }
    }

    private static String readyLine(Server server, ServerConfig config, String version) {
        InetAddress bind = config.get(Options.BIND);
        String host = bind.getHostAddress();
        StringBuilder line = new StringBuilder("Quoin ").append(version).append(" ready: messaging ");
        line.append(Server.plainAddress(config).getHostAddress()).append(':').append(server.port());
        if (server.tlsPort() > 0) {
            line.append(", messaging over TLS ").append(host).append(':').append(server.tlsPort());
        }
        Path data = config.get(Options.DATA).toAbsolutePath().normalize();
        return line.append(", admin ")
                .append(host)
                .append(':')
                .append(server.adminPort())
                .append(", data ")
                .append(data)
                .append(" (")
                .append(sinceStartMs())
                .append(" ms)")
                .toString();
    }

    /**
     * Time since this process began, in milliseconds. Where the launcher has built the server in this very process
     * first, it is the time since its Java began: only then, because asking for that costs a start some 30 ms.
     */
    private static long sinceStartMs() {
        if (Boolean.getBoolean("quoin.built")) {
            return System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
        }
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, Instant.now()).toMillis())
                .orElse(0L);
    }
}
