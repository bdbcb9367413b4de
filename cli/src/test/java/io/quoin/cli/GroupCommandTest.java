// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.server.boot.Server;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code quoin group} shows of a real server, and what its options become. */
class GroupCommandTest {

    private static final String ORDERS = "orders?onGroupPoison=park&maxDeliveries=1";

    private record Branch() implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {1};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {2};
        }
    }

    @TempDir
    Path folder;

    private final List<Integer> failures = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, folder.resolve("data"))
                .with(Options.SEGMENT_SIZE, 1L << 20)
                .with(Options.PORT, 0)
                .with(Options.ADMIN_PORT, 0);
        server = Server.start(config, "test", failures::add);
    }

    @AfterEach
    void stop() {
        assertThat(server.stop()).isTrue();
        assertThat(failures).isEmpty();
    }

    private String url() {
        return "quoin://127.0.0.1:" + server.port();
    }

    private static void send(Session session, String group, int count) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue(ORDERS));
        for (int i = 0; i < count; i++) {
            Message message = session.createMessage();
            message.setStringProperty("JMSXGroupID", group);
            producer.send(message);
        }
    }

    /** What a command prints for people. */
    private String run(AdminCommand command, String verb, String... arguments) throws JMSException, IOException {
        new CommandLine(command).parseArgs(arguments);
        out.reset();
        Console console = new Console(out, new PrintStream(out, true, StandardCharsets.UTF_8), false);
        try (AdminClient admin = AdminClient.connect(new QuoinConnectionFactory(url()))) {
            command.show(console, Json.parse(admin.request(verb, command.arguments())));
        }
        console.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private String show(String... arguments) throws JMSException, IOException {
        return run(new GroupCommand.Show(), "group.show", arguments);
    }

    /** Waits until something is shown: the server does some of it after it has answered. */
    private void awaitShown(String pattern) throws JMSException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!show("orders").matches("(?s).*" + pattern + ".*")) {
            assertThat(System.nanoTime()).as("deadline of " + pattern).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void lsNamesTheQueuesThatHaveGroups() throws Exception {
        try (Connection connection = new QuoinConnectionFactory(url()).createConnection();
                Session session = connection.createSession()) {
            send(session, "a", 2);
            session.createProducer(session.createQueue("plain")).send(session.createMessage());
        }
        assertThat(run(new GroupCommand.Ls(), "group.ls"))
                .hasLineCount(2)
                .contains("SLOTS USED")
                .containsPattern("orders +2 +1/1024")
                .doesNotContain("plain");
    }

    @Test
    void showHasTheLongestSlotsFirstAndAllOfThemOnRequest() throws Exception {
        try (Connection connection = new QuoinConnectionFactory(url()).createConnection();
                Session session = connection.createSession()) {
            for (int group = 0; group < 30; group++) {
                send(session, "group-" + group, 1);
            }
            send(session, "long", 7);
        }
        String shown = show("orders");
        String slots = shown.substring(shown.indexOf("  SLOT"));
        assertThat(shown).contains("37 messages in ").doesNotContain("HELD GROUP");
        assertThat(slots).hasLineCount(1 + 20);
        assertThat(slots.lines().toList().get(1)).containsPattern("^ *\\d+ +[78] +0 ");
        String all = show("orders", "--all");
        assertThat(all.substring(all.indexOf("  SLOT")).lines().count()).isBetween(25L, 32L);
    }

    @Test
    void aParkedGroupIsShownUntilItIsReleased() throws Exception {
        try (Connection connection = new QuoinConnectionFactory(url()).createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            send(session, "bad", 2);
            MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
            connection.start();
            assertThat(consumer.receive(10_000)).isNotNull();
            session.recover();
            awaitShown("bad +\\S+ +\\d+ +PARKED");
            assertThat(run(new GroupCommand.Ls(), "group.ls")).containsPattern("orders .* 1 +1 ");

            assertThat(run(new GroupCommand.Release(), "group.release", "orders", "bad"))
                    .isEqualTo("group bad of orders goes on\n");

            assertThat(show("orders")).doesNotContain("PARKED");
            assertThat(consumer.receive(10_000).getJMSRedelivered()).isTrue();
            assertThatThrownBy(() -> run(new GroupCommand.Release(), "group.release", "orders", "bad"))
                    .hasMessageContaining("QN-2030");
        }
    }

    @Test
    void aPreparedBranchIsShownToHoldItsGroup() throws Exception {
        try (XAConnection connection = new QuoinXAConnectionFactory(url()).createXAConnection()) {
            connection.start();
            XASession session = connection.createXASession();
            send(session, "held", 2);
            XAResource resource = session.getXAResource();
            resource.start(new Branch(), XAResource.TMNOFLAGS);
            assertThat(session.createConsumer(session.createQueue(ORDERS)).receive(10_000))
                    .isNotNull();
            resource.end(new Branch(), XAResource.TMSUCCESS);
            assertThat(resource.prepare(new Branch())).isEqualTo(XAResource.XA_OK);
            assertThat(show("orders")).containsPattern("held +\\S+ +\\d+ +UNDECIDED");

            resource.commit(new Branch(), false);

            assertThat(show("orders")).doesNotContain("UNDECIDED");
        }
    }

    @Test
    void releaseTakesAnIdOrAHashAndMayGiveTheMessageUp() {
        GroupCommand.Release byId = new GroupCommand.Release();
        new CommandLine(byId).parseArgs("orders", "a");
        assertThat(byId.arguments()).isEqualTo(Map.of("name", "orders", "group", "a", "deadLetter", "false"));
        GroupCommand.Release byHash = new GroupCommand.Release();
        new CommandLine(byHash).parseArgs("orders", "7f", "--hash", "--dead-letter");
        assertThat(byHash.arguments()).isEqualTo(Map.of("name", "orders", "hash", "7f", "deadLetter", "true"));
    }
}
