// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends lines as messages. It ends well only when the server has confirmed every one of them. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Sends messages: those given, or one for each line of a file or of standard input.")
final class SendCommand implements Callable<Integer> {

    /** Messages on the way at the same time; one flush of the server's journal confirms many. */
    private static final int WINDOW = 4_096;

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(index = "0", paramLabel = "DESTINATION", description = "The queue.")
    private String destination = "";

    @Parameters(index = "1..*", paramLabel = "MESSAGE", arity = "0..*", description = "Text of messages.")
    private List<String> messages = new ArrayList<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A message for each line of it; - is standard input.")
    private @Nullable String file;

    @Option(names = "--topic", description = "The destination is a topic.")
    private boolean topic;

    @Option(names = "--non-persistent", description = "The messages need not survive the server.")
    private boolean nonPersistent;

    @Option(names = "--priority", paramLabel = "0..9", description = "JMSPriority (default: 4).")
    private int priority = Message.DEFAULT_PRIORITY;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Time to live (default: for ever).")
    private Duration timeToLive = Duration.ZERO;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Delivery delay (default: none).")
    private Duration delay = Duration.ZERO;

    @Option(names = "--group", paramLabel = "ID", description = "JMSXGroupID of all messages.")
    private @Nullable String group;

    @Option(
            names = {"-p", "--property"},
            paramLabel = "NAME=VALUE",
            description = "A string property of all messages.")
    private Map<String, String> properties = new LinkedHashMap<>();

    private final Console console = Console.standard();
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long sent;

    @Override
    public Integer call() throws CliException, JMSException, IOException, InterruptedException {
        if (file != null && !messages.isEmpty()) {
            throw CliException.usage("Messages on the command line and --file cannot be combined");
        }
        try (InputStream in = open();
                Connection connection = server.factory().createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            Destination to = topic ? session.createTopic(destination) : session.createQueue(destination);
            try (MessageProducer producer = session.createProducer(to)) {
                producer.setDeliveryMode(nonPersistent ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
                producer.setPriority(priority);
                producer.setTimeToLive(timeToLive.toMillis());
                producer.setDeliveryDelay(delay.toMillis());
                sendAll(in, session, producer);
            }
        }
        return ExitCode.OK;
    }

    private void sendAll(InputStream in, Session session, MessageProducer producer)
            throws CliException, JMSException, IOException, InterruptedException {
        Progress progress = new Progress(console, "messages sent");
        try {
            if (messages.isEmpty()) {
                LineReader lines = new LineReader(in);
                for (byte[] line = lines.next(); line != null && failure.get() == null; line = lines.next()) {
                    send(session, producer, line);
                    progress.at(sent);
                }
            } else {
                for (String message : messages) {
                    send(session, producer, message.getBytes(StandardCharsets.UTF_8));
                }
            }
            window.acquire(WINDOW);
        } catch (JMSException e) {
            failure.compareAndSet(null, e);
        }
        progress.done(sent);
        Exception first = failure.get();
        if (first != null) {
            console.say("quoin: " + (sent == 0 ? "nothing" : "not everything") + " was confirmed; "
                    + "the file was read up to message " + sent + ".");
            if (first instanceof JMSException jms) {
                throw jms;
            }
            throw new CliException(ErrorCode.INTERNAL_ERROR, ExitCode.SOFTWARE, first.toString());
        }
    }

    private void send(Session session, MessageProducer producer, byte[] line)
            throws JMSException, InterruptedException {
        Message message = Bodies.message(session, line);
        if (group != null) {
            message.setStringProperty("JMSXGroupID", group);
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            message.setStringProperty(property.getKey(), property.getValue());
        }
        window.acquire();
        sent++;
        producer.send(message, new Completion());
    }

    private InputStream open() throws CliException {
        if (!messages.isEmpty()) {
            return InputStream.nullInputStream();
        }
        if (file == null || file.equals("-")) {
            if (console.isInteractive() && file == null) {
                console.say("Reading messages from standard input, one a line; Ctrl-D ends.");
            }
            return System.in;
        }
        try {
            return Files.newInputStream(Path.of(file));
        } catch (IOException e) {
            throw new CliException(
                    ErrorCode.FILE_NOT_READABLE,
                    CliException.NOT_FOUND,
                    "The file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Counts what the server has confirmed or refused. */
    private final class Completion implements CompletionListener {
        @Override
        public void onCompletion(Message message) {
            window.release();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failure.compareAndSet(null, exception);
            window.release();
        }
    }
}
