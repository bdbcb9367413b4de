// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints messages as lines. A message is acknowledged only after its line was written. */
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        description = "Receives messages and prints the body of each as a line on standard output.",
        footer = {"", "Without --count and --timeout it goes on until it is interrupted."})
final class ReceiveCommand implements Callable<Integer> {

    /** Lines that are written and acknowledged together while messages keep coming. */
    private static final int BATCH = 500;

    /** With nothing in hand for this long, what was received is written and acknowledged. */
    private static final long IDLE_MS = 10;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(index = "0", paramLabel = "DESTINATION", description = "The queue.")
    private String destination = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages.")
    private @Nullable Long count;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Ends when no message came for this long, for example 5s.")
    private @Nullable Duration timeout;

    @Option(names = "--topic", description = "The destination is a topic: messages sent from now on.")
    private boolean topic;

    @Option(names = "--selector", paramLabel = "EXPRESSION", description = "Only messages that match it.")
    private @Nullable String selector;

    @Option(names = "--json", description = "Prints a JSON object a message: headers, properties, body.")
    private boolean json;

    private final Console console = Console.standard();

    @Override
    public Integer call() throws CliException, JMSException, IOException {
        if (count != null && count < 1) {
            throw CliException.usage("--count takes a number of at least 1");
        }
        long received;
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            Destination from = topic ? session.createTopic(destination) : session.createQueue(destination);
            try (MessageConsumer consumer = session.createConsumer(from, selector)) {
                connection.start();
                received = receive(consumer);
            }
        }
        if (count != null && received < count) {
            throw new CliException(
                    ErrorCode.TOO_FEW_MESSAGES,
                    ExitCode.SOFTWARE,
                    "Of " + count + " messages " + received + " came within the time-out");
        }
        return ExitCode.OK;
    }

    private long receive(MessageConsumer consumer) throws JMSException, IOException {
        Progress progress = new Progress(console, "messages received");
        long received = 0;
        long heardNs = System.nanoTime();
        Message last = null;
        int unacknowledged = 0;
        while (count == null || received < count) {
            long waitMs = last != null ? IDLE_MS : remainingMs(heardNs);
            Message message = waitMs < 0 ? null : consumer.receive(waitMs);
            if (message == null) {
                if (last == null) {
                    break;
                }
            } else {
                console.line(json ? Bodies.json(message).getBytes(StandardCharsets.UTF_8) : Bodies.line(message));
                received++;
                last = message;
                heardNs = System.nanoTime();
                unacknowledged++;
                progress.at(received);
            }
            if (message == null || unacknowledged == BATCH) {
                acknowledge(last);
                last = null;
                unacknowledged = 0;
            }
        }
        if (last != null) {
            acknowledge(last);
        }
        progress.done(received);
        return received;
    }

    private void acknowledge(Message last) throws JMSException, IOException {
        console.flush();
        last.acknowledge();
    }

    /** How long to wait for the next message: 0 for ever, negative when time is up. */
    private long remainingMs(long heardNs) {
        if (timeout == null) {
            return 0;
        }
        long left = timeout.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNs);
        return left <= 0 ? -1 : left;
    }
}
