// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints waiting messages and leaves them where they are. */
@Command(
        name = "browse",
        mixinStandardHelpOptions = true,
        description =
                "Prints the messages that wait in a queue, by priority and then in order of arrival, and leaves them there.")
final class BrowseCommand implements Callable<Integer> {

    @Mixin
    private final ServerOption server = new ServerOption();

    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue.")
    private String queue = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N messages (default: all that wait).")
    private @Nullable Long count;

    @Option(names = "--selector", paramLabel = "EXPRESSION", description = "Only messages that match it.")
    private @Nullable String selector;

    @Option(names = "--json", description = "Prints a JSON object a message: headers, properties, body.")
    private boolean json;

    private final Console console = Console.standard();

    @Override
    public Integer call() throws CliException, JMSException, IOException {
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                QueueBrowser browser = session.createBrowser(session.createQueue(queue), selector)) {
            connection.start();
            Enumeration<?> messages = browser.getEnumeration();
            for (long shown = 0; (count == null || shown < count) && messages.hasMoreElements(); shown++) {
                Message message = (Message) messages.nextElement();
                console.line(json ? Bodies.json(message).getBytes(StandardCharsets.UTF_8) : Bodies.line(message));
            }
            console.flush();
        }
        return ExitCode.OK;
    }
}
