// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups that a property makes, in local transactions and in branches: the group waits for the transaction's end, others do not. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GroupTransactionsIT {
    private static final long SOON_MS = 20_000;
    private static final long MOMENT_MS = 300;
    private static final String UNDECIDED = "UNDECIDED";

    private record Branch(String name) implements Xid {
        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return name.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @TempDir
    static Path folder;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String queue(String name) {
        return name + "?groupKey=customer";
    }

    /** To each of two customers two messages, in turn. */
    private static void send(Session session, String name) throws JMSException {
        MessageProducer producer = session.createProducer(session.createQueue(queue(name)));
        for (String text : new String[] {"a1", "b1", "a2", "b2"}) {
            TextMessage message = session.createTextMessage(text);
            message.setStringProperty("customer", text.substring(0, 1));
            producer.send(message);
        }
    }

    private static MessageConsumer consumer(Session session, String name) throws JMSException {
        return session.createConsumer(session.createQueue(queue(name)));
    }

    private static String text(Message message) throws JMSException {
        assertThat(message).as("a message").isNotNull();
        return ((TextMessage) message).getText();
    }

    private static String show(String name) {
        JavaProcess.Ended ended = JavaProcess.quoin("group", "show", name, "--url", server.url());
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return ended.output();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLocalTransactionHoldsItsGroupUntilItsEnd(boolean commits) throws Exception {
        String name = "local-" + commits;
        try (Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session work = connection.createSession(Session.SESSION_TRANSACTED);
                Session others = connection.createSession()) {
            connection.start();
            send(others, name);
            MessageConsumer mine = consumer(work, name);
            assertThat(text(mine.receive(SOON_MS))).isEqualTo("a1");
            MessageConsumer other = consumer(others, name);
            assertThat(text(other.receive(SOON_MS))).isEqualTo("b1");
            assertThat(text(other.receive(SOON_MS))).isEqualTo("b2");
            assertThat(other.receive(MOMENT_MS)).as("a message of the group").isNull();

            if (commits) {
                work.commit();
            } else {
                work.rollback();
            }
            mine.close();

            Message next = other.receive(SOON_MS);
            assertThat(text(next)).isEqualTo(commits ? "a2" : "a1");
            assertThat(next.getJMSRedelivered()).isEqualTo(!commits);
            assertThat(next.getStringProperty("JMSXGroupID")).isEqualTo("a");
            if (!commits) {
                assertThat(text(other.receive(SOON_MS))).isEqualTo("a2");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPreparedBranchHoldsItsGroupVisiblyOverAKillOfTheServer(boolean commits) throws Exception {
        String name = "branch-" + commits;
        Branch xid = new Branch(name);
        try (XAConnection connection = new QuoinXAConnectionFactory(server.url()).createXAConnection()) {
            connection.start();
            XASession session = connection.createXASession();
            send(session, name);
            XAResource resource = session.getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            assertThat(text(consumer(session, name).receive(SOON_MS))).isEqualTo("a1");
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        }
        assertThat(show(name)).containsPattern("a +\\S+ +\\d+ +" + UNDECIDED);

        server.kill();
        server.restart();

        try (XAConnection connection = new QuoinXAConnectionFactory(server.url()).createXAConnection();
                Session others = connection.createSession()) {
            connection.start();
            MessageConsumer other = consumer(others, name);
            assertThat(text(other.receive(SOON_MS))).isEqualTo("b1");
            assertThat(text(other.receive(SOON_MS))).isEqualTo("b2");
            assertThat(other.receive(MOMENT_MS)).as("a message of the group").isNull();
            assertThat(show(name)).contains(UNDECIDED);

            XAResource resource = connection.createXASession().getXAResource();
            if (commits) {
                resource.commit(xid, false);
            } else {
                resource.rollback(xid);
                assertThat(text(other.receive(SOON_MS))).isEqualTo("a1");
            }
            assertThat(text(other.receive(SOON_MS))).isEqualTo("a2");
            assertThat(show(name)).doesNotContain(UNDECIDED);
        }
    }

    @Test
    void oneBranchMayHaveSeveralGroupsAndSendToTheNextQueue() throws Exception {
        Branch xid = new Branch("several");
        try (XAConnection connection = new QuoinXAConnectionFactory(server.url()).createXAConnection();
                Session others = connection.createSession()) {
            connection.start();
            XASession session = connection.createXASession();
            send(others, "several");
            XAResource resource = session.getXAResource();
            MessageConsumer mine = consumer(session, "several");
            MessageProducer onward = session.createProducer(session.createQueue("several-next"));
            resource.start(xid, XAResource.TMNOFLAGS);
            for (String expected : new String[] {"a1", "b1", "a2"}) {
                Message message = mine.receive(SOON_MS);
                assertThat(text(message)).isEqualTo(expected);
                onward.send(session.createTextMessage(expected));
            }
            resource.end(xid, XAResource.TMSUCCESS);
            assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
            mine.close();
            MessageConsumer other = consumer(others, "several");
            assertThat(other.receive(MOMENT_MS))
                    .as("a message of a group that is held")
                    .isNull();
            assertThat(show("several").lines().filter(l -> l.contains(UNDECIDED)))
                    .hasSize(2);

            resource.commit(xid, false);

            assertThat(text(other.receive(SOON_MS))).isEqualTo("b2");
            MessageConsumer next = others.createConsumer(others.createQueue("several-next"));
            assertThat(text(next.receive(SOON_MS))).isEqualTo("a1");
        }
    }
}
