// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose clock is an hour off gets expiry and delivery delay right: durations count, on the server's clock. */
class ClockSkewIT {
    private static final long DELAY_MS = 1_500;
    private static final long DIES_AFTER_MS = 300;
    private static final long LIVES_MS = 60_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void anHourInEitherDirectionMakesNoDifference() throws JMSException {
        Optional<Path> library = fakeTime();
        if (library.isEmpty()) {
            System.out.println("SKIP clocks an hour off: libfaketime is not on this machine (package libfaketime)");
            return;
        }
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                JMSContext context = new QuoinConnectionFactory(server.url()).createContext();
                JMSConsumer later = context.createConsumer(context.createQueue("later"))) {
            for (String offset : List.of("+1h", "-1h")) {
                sendWithClock(library.get(), offset, server.url());
                isDelayedAsLongAsAsked(later, offset);
                try (JMSConsumer rest = context.createConsumer(context.createQueue("mortal"))) {
                    assertThat(rest.receiveBody(String.class, 5_000)).as(offset).isEqualTo("lives");
                    assertThat(rest.receiveBody(String.class, 500)).as(offset).isNull();
                }
            }
        }
    }

    private static void isDelayedAsLongAsAsked(JMSConsumer later, String offset) throws JMSException {
        Message message = later.receive(20_000);
        // The monotonic clock is one for all processes of a machine, and is not faked.
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - message.getLongProperty("sentNs"));
        System.out.println("clock " + offset + ": a delay of " + DELAY_MS + " ms took " + tookMs + " ms");
        assertThat(tookMs).as(offset).isBetween(DELAY_MS, DELAY_MS + 5_000);
    }

    private static void sendWithClock(Path library, String offset, String url) {
        JavaProcess.Ended ended = JavaProcess.run(
                new byte[0],
                List.of(
                        "env",
                        "LD_PRELOAD=" + library,
                        "FAKETIME=" + offset,
                        "DONT_FAKE_MONOTONIC=1",
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sender.class.getName(),
                        url));
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        long clockMs = Long.parseLong(ended.output().strip());
        assertThat(Math.abs(clockMs - System.currentTimeMillis()))
                .as("the sender's clock is off")
                .isGreaterThan(TimeUnit.MINUTES.toMillis(55));
    }

    private static Optional<Path> fakeTime() {
        return Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64")
                .map(folder -> Path.of(folder, "faketime", "libfaketimeMT.so.1"))
                .filter(Files::exists)
                .findFirst();
    }

    /** Sends what lives, what dies and what comes later; prints its clock. */
    static final class Sender {
        private Sender() {}

        public static void main(String[] args) {
            try (JMSContext context = new QuoinConnectionFactory(args[0]).createContext()) {
                var mortal = context.createQueue("mortal");
                context.createProducer().setTimeToLive(DIES_AFTER_MS).send(mortal, "dies");
                context.createProducer().setTimeToLive(LIVES_MS).send(mortal, "lives");
                context.createProducer()
                        .setDeliveryDelay(DELAY_MS)
                        .setProperty("sentNs", System.nanoTime())
                        .send(context.createQueue("later"), "later");
            }
            System.out.println(System.currentTimeMillis());
        }
    }
}
