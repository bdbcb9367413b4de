// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that is stopped with a message in hand: for a short time nobody else gets its group; for a long time somebody does, and then its acknowledgement is refused. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FenceIT {
    private static final MessageId FIRST = new MessageId(0, 1, 0);
    private static final MessageId SECOND = new MessageId(0, 1, 1);
    private static final long SHORT_MS = 1_000;
    private static final long SOON_MS = 20_000;

    @TempDir
    static Path folder;

    private static QuoinServer server;

    @BeforeAll
    static void start() {
        server = new QuoinServer(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Provider provider(String name, Mode mode) {
        return new Provider(QuoinServer.FACTORY, server.url() + "?sessionTimeout=2s", name + "-" + mode);
    }

    private static void send(Session session, Provider provider) throws JMSException {
        for (MessageId id : new MessageId[] {FIRST, SECOND}) {
            session.createProducer(session.createQueue(provider.queue())).send(GroupMessage.of(session, id));
        }
    }

    private static Process holder(Provider provider, Mode mode) throws IOException {
        return JavaProcess.begin(Holder.class, provider.factory(), provider.url(), provider.queue(), mode.name());
    }

    private static void signal(Process process, String signal) throws IOException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .onExit()
                .join();
    }

    private static void mayAnswer(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT", "TRANSACTED", "INDIVIDUAL"})
    void whoWasStoppedForLongerThanItsSessionTimeoutIsRefused(Mode mode) throws Exception {
        Provider provider = provider("long", mode);
        try (Connection connection = provider.connectionFactory().createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            send(session, provider);
            Process holder = holder(provider, mode);
            try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
                assertThat(said.readLine()).isEqualTo(Holder.HOLDS + " " + FIRST);
                MessageConsumer other = session.createConsumer(session.createQueue(provider.queue()));
                signal(holder, "-STOP");
                Message again = other.receive(SOON_MS);
                assertThat(GroupMessage.id(again)).isEqualTo(FIRST);
                assertThat(again.getJMSRedelivered()).isTrue();
                again.acknowledge();
                assertThat(GroupMessage.id(other.receive(SOON_MS))).isEqualTo(SECOND);
                mayAnswer(holder);
                signal(holder, "-CONT");
                assertThat(said.readLine()).startsWith(Holder.REFUSED);
            } finally {
                holder.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT", "TRANSACTED", "INDIVIDUAL"})
    void whoWasStoppedForLessKeepsItsGroup(Mode mode) throws Exception {
        Provider provider = provider("short", mode);
        try (Connection connection = provider.connectionFactory().createConnection()) {
            connection.start();
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            send(session, provider);
            Process holder = holder(provider, mode);
            try (BufferedReader said = holder.inputReader(StandardCharsets.UTF_8)) {
                assertThat(said.readLine()).isEqualTo(Holder.HOLDS + " " + FIRST);
                MessageConsumer other = session.createConsumer(session.createQueue(provider.queue()));
                signal(holder, "-STOP");
                assertThat(other.receive(SHORT_MS)).as("a message of the group").isNull();
                mayAnswer(holder);
                signal(holder, "-CONT");
                assertThat(said.readLine()).isEqualTo(Holder.ACCEPTED);
                assertThat(GroupMessage.id(other.receive(SOON_MS))).isEqualTo(SECOND);
            } finally {
                holder.destroyForcibly();
            }
        }
    }
}
