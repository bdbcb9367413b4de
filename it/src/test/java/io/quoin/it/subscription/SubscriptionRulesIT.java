// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Names, conflicts, changes and ends of subscriptions (Messaging 3.1 §4.2 and §8.3), against a server process. */
class SubscriptionRulesIT {

    private static final long SOON_MS = 5_000;
    private static final long SHORT_MS = 200;

    @TempDir
    static Path folder;

    private static ServerProcess server;

    private final List<Connection> connections = new ArrayList<>();
    private String test;
    private Session session;
    private Topic news;
    private Topic sports;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo info) throws JMSException {
        test = info.getTestMethod().orElseThrow().getName();
        session = session(test);
        news = session.createTopic(test + ".news");
        sports = session.createTopic(test + ".sports");
    }

    @AfterEach
    void disconnect() throws JMSException {
        for (Connection connection : connections) {
            connection.close();
        }
    }

    private Session session(String clientId) throws JMSException {
        return session(clientId, Session.AUTO_ACKNOWLEDGE);
    }

    private Session session(String clientId, int mode) throws JMSException {
        Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
        connections.add(connection);
        if (clientId != null) {
            connection.setClientID(clientId);
        }
        connection.start();
        return connection.createSession(mode == Session.SESSION_TRANSACTED, mode);
    }

    private void send(Topic topic, String... texts) throws JMSException {
        send(session, topic, texts);
    }

    private static void send(Session from, Topic topic, String... texts) throws JMSException {
        try (MessageProducer producer = from.createProducer(topic)) {
            for (String text : texts) {
                TextMessage message = from.createTextMessage(text);
                message.setStringProperty("text", text);
                producer.send(message);
            }
        }
    }

    private static List<String> all(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message m = consumer.receive(SHORT_MS); m != null; m = consumer.receive(SHORT_MS)) {
            texts.add(m.getBody(String.class));
        }
        return texts;
    }

    private interface Call {
        Object run() throws JMSException;
    }

    private static void refused(Class<? extends JMSException> type, String code, Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(type, e -> assertThat(e.getErrorCode()).isEqualTo(code));
    }

    @Test
    void aNonDurableSharedAndADurableSubscriptionMayHaveOneName() throws JMSException {
        MessageConsumer shared = session.createSharedConsumer(news, "n");
        MessageConsumer durable = session.createDurableConsumer(news, "n");
        send(news, "a");
        assertThat(all(shared)).containsExactly("a");
        assertThat(all(durable)).containsExactly("a");
    }

    @Test
    void everyClientIdHasItsOwnNamesAndSoDoesNone() throws JMSException {
        MessageConsumer mine = session.createSharedDurableConsumer(news, "n");
        MessageConsumer theirs = session(test + "2").createSharedDurableConsumer(news, "n");
        MessageConsumer nobodys = session(null).createSharedDurableConsumer(sports, test);
        send(news, "a");
        send(sports, "b");
        assertThat(all(mine)).containsExactly("a");
        assertThat(all(theirs)).containsExactly("a");
        assertThat(all(nobodys)).containsExactly("b");
    }

    @Test
    void unsharedAndSharedDurableSubscriptionsOfANameConflictInBothDirections() throws JMSException {
        session.createDurableConsumer(news, "unshared").close();
        session.createSharedDurableConsumer(news, "shared").close();
        refused(JMSException.class, "QN-2010", () -> session.createSharedDurableConsumer(news, "unshared"));
        refused(JMSException.class, "QN-2010", () -> session.createDurableConsumer(news, "shared"));
    }

    @Test
    void anInactiveDurableSubscriptionIsReplacedByOneWithAnotherTopicSelectorOrNoLocal() throws JMSException {
        session.createDurableConsumer(news, "n").close();
        send(news, "old");
        try (MessageConsumer changed = session.createDurableConsumer(sports, "n")) {
            send(news, "no");
            send(sports, "a");
            assertThat(all(changed)).containsExactly("a");
        }
        send(sports, "old");
        try (MessageConsumer changed = session.createDurableConsumer(sports, "n", "text = 'b'", false)) {
            send(sports, "b", "c");
            assertThat(all(changed)).containsExactly("b");
        }
        Session other = session(test + "2");
        send(other, sports, "b");
        try (MessageConsumer changed = session.createDurableConsumer(sports, "n", "text = 'b'", true)) {
            send(sports, "b");
            send(other, sports, "b");
            assertThat(all(changed)).containsExactly("b");
        }
    }

    @Test
    void aSharedDurableOneIsReplacedTooWhenNobodyUsesIt() throws JMSException {
        session.createSharedDurableConsumer(news, "n").close();
        send(news, "old");
        MessageConsumer changed = session.createSharedDurableConsumer(news, "n", "text = 'b'");
        send(news, "a", "b");
        assertThat(all(changed)).containsExactly("b");
    }

    @Test
    void noSelectorAndAnEmptyOneAreTheSame() throws JMSException {
        session.createDurableConsumer(news, "n").close();
        send(news, "a");
        MessageConsumer same = session.createDurableConsumer(news, "n", "", false);
        assertThat(all(same)).containsExactly("a");
    }

    @Test
    void anActiveUnsharedDurableSubscriptionHasOneConsumer() throws JMSException {
        session.createDurableConsumer(news, "n");
        refused(JMSException.class, "QN-2008", () -> session.createDurableConsumer(news, "n"));
        refused(JMSException.class, "QN-2010", () -> session.createDurableConsumer(sports, "n"));
        refused(JMSException.class, "QN-2010", () -> session.createDurableConsumer(news, "n", "text = 'a'", false));
    }

    @Test
    void anActiveSharedSubscriptionKeepsItsTopicAndSelector() throws JMSException {
        session.createSharedConsumer(news, "n", "text = 'a'");
        session.createSharedDurableConsumer(news, "n", "text = 'a'");
        refused(JMSException.class, "QN-2010", () -> session.createSharedConsumer(sports, "n", "text = 'a'"));
        refused(JMSException.class, "QN-2010", () -> session.createSharedConsumer(news, "n"));
        refused(JMSException.class, "QN-2010", () -> session.createSharedDurableConsumer(sports, "n", "text = 'a'"));
        refused(JMSException.class, "QN-2010", () -> session.createSharedDurableConsumer(news, "n", "text = 'b'"));
        MessageConsumer second = session(test + "2").createSharedConsumer(sports, "n");
        send(sports, "other");
        assertThat(all(second)).containsExactly("other");
    }

    @Test
    void whatIsUnknownInUseOrNotAcknowledgedIsNotUnsubscribed() throws JMSException {
        refused(InvalidDestinationException.class, "QN-2009", () -> {
            session.unsubscribe("nothing");
            return null;
        });
        Session client = session(test + "2", Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = client.createDurableConsumer(news, "n");
        refused(JMSException.class, "QN-2008", () -> {
            client.unsubscribe("n");
            return null;
        });
        send(news, "a");
        Message message = consumer.receive(SOON_MS);
        consumer.close();
        refused(JMSException.class, "QN-2008", () -> {
            client.unsubscribe("n");
            return null;
        });
        message.acknowledge();
        client.unsubscribe("n");
    }

    @Test
    void whatIsReceivedAndNotCommittedIsNotUnsubscribed() throws JMSException {
        Session transacted = session(test + "2", Session.SESSION_TRANSACTED);
        MessageConsumer consumer = transacted.createSharedDurableConsumer(news, "n");
        send(news, "a");
        assertThat(consumer.receive(SOON_MS)).isNotNull();
        consumer.close();
        refused(JMSException.class, "QN-2008", () -> {
            transacted.unsubscribe("n");
            return null;
        });
        transacted.commit();
        transacted.unsubscribe("n");
    }

    @Test
    void onlyADestinationThatLastsCanBeSubscribedToDurably() throws JMSException {
        refused(InvalidDestinationException.class, "QN-2005", () -> session.createDurableConsumer(null, "n"));
        refused(InvalidDestinationException.class, "QN-2005", () -> session.createSharedConsumer(null, "n"));
        refused(InvalidDestinationException.class, "QN-2005", () -> session.createSharedDurableConsumer(null, "n"));
        TemporaryTopic temporary = session.createTemporaryTopic();
        refused(InvalidDestinationException.class, "QN-2005", () -> session.createDurableConsumer(temporary, "n"));
        refused(
                InvalidDestinationException.class,
                "QN-2005",
                () -> session.createSharedDurableConsumer(temporary, "n"));
        MessageConsumer shared = session.createSharedConsumer(temporary, "n");
        send(temporary, "a");
        assertThat(all(shared)).containsExactly("a");
    }

    @Test
    void noLocalKeepsOutWhatItsOwnConnectionOrClientIdSends() throws JMSException {
        session.createDurableConsumer(news, "n", null, true).close();
        send(news, "own");
        connections.remove(0).close();

        session = session(test);
        send(news, "same client id");
        send(session(test + "2"), news, "other");
        assertThat(all(session.createDurableConsumer(news, "n", null, true))).containsExactly("other");
    }

    @Test
    void noLocalOfANonDurableConsumerIsItsConnections() throws JMSException {
        MessageConsumer consumer = session.createConsumer(news, null, true);
        send(news, "own");
        send(session(null), news, "other");
        assertThat(all(consumer)).containsExactly("other");
    }

    @Test
    void namesMayBeLongAndHaveDotsDashesAndUnderscores() throws JMSException {
        String name = "a_b-c.".repeat(22) + "d";
        session.createDurableConsumer(news, name).close();
        send(news, "a");
        try (MessageConsumer consumer = session.createDurableConsumer(news, name)) {
            assertThat(all(consumer)).containsExactly("a");
        }
        session.unsubscribe(name);
    }

    @Test
    void aNonDurableSharedSubscriptionEndsWithItsLastConsumer() throws JMSException {
        MessageConsumer one = session.createSharedConsumer(news, "n");
        MessageConsumer other = session.createSharedConsumer(news, "n");
        one.close();
        send(news, "a");
        other.close();
        MessageConsumer later = session.createSharedConsumer(news, "n");
        send(news, "b");
        assertThat(all(later)).containsExactly("b");
    }

    @Test
    void aDurableSubscriptionThatNobodyWantsIsRemovedWhereItsTopicSaysSo() throws JMSException {
        Topic fleeting = session.createTopic(test + ".fleeting?subscriptionExpiry=300ms");
        session.createDurableConsumer(fleeting, "n").close();
        send(fleeting, "old");
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SOON_MS);
        QuoinConnection connection = (QuoinConnection) connections.get(0);
        while (connection.administer("subscription.ls", Map.of()).contains(test) && System.nanoTime() < endNs) {
            Thread.onSpinWait();
        }
        refused(InvalidDestinationException.class, "QN-2009", () -> {
            session.unsubscribe("n");
            return null;
        });
        assertThat(all(session.createDurableConsumer(fleeting, "n"))).isEmpty();
    }

    @Test
    void aDelayedMessageIsForThoseWhoHadSubscribedWhenItWasSent() throws JMSException {
        MessageConsumer before = session.createConsumer(news);
        try (MessageProducer producer = session.createProducer(news)) {
            producer.setDeliveryDelay(500);
            producer.send(session.createTextMessage("late"));
        }
        MessageConsumer after = session.createConsumer(news);
        assertThat(before.receive(SOON_MS)).isNotNull();
        assertThat(all(after)).isEmpty();
    }
}
