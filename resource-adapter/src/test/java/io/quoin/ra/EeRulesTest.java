// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.ra.fake.Pool;
import io.quoin.ra.outbound.QuoinManagedConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Messaging 3.1 §12 says of web and EJB containers. */
class EeRulesTest extends ContainerCase {

    private static void assertNotAllowed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JMSException.class, e -> assertThat(e.getErrorCode()).isEqualTo("QN-7001"));
    }

    private static void assertNotAllowedUnchecked(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JMSRuntimeException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo("QN-7001"));
    }

    /** Does nothing. */
    private static final CompletionListener NOBODY = new CompletionListener() {
        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    };

    @Test
    void whatConcernsThreadsOrTheConnectionIsNotAllowed() throws Exception {
        try (Connection connection = pool.connections().createConnection();
                Session session = connection.createSession()) {
            Queue queue = session.createQueue("a");
            MessageProducer producer = session.createProducer(queue);
            MessageProducer anonymous = session.createProducer(null);
            MessageConsumer consumer = session.createConsumer(queue);
            Message message = session.createMessage();
            assertNotAllowed(connection::stop);
            assertNotAllowed(() -> connection.setClientID("x"));
            assertNotAllowed(() -> connection.setExceptionListener(e -> {}));
            assertNotAllowed(() -> connection.createConnectionConsumer(queue, null, () -> null, 1));
            var topic = session.createTopic("t");
            assertNotAllowed(() -> connection.createConnectionConsumer(topic, null, () -> null, 1));
            assertNotAllowed(() -> connection.createSharedConnectionConsumer(topic, "s", null, () -> null, 1));
            assertNotAllowed(() -> connection.createDurableConnectionConsumer(topic, "s", null, () -> null, 1));
            assertNotAllowed(() -> connection.createSharedDurableConnectionConsumer(topic, "s", null, () -> null, 1));
            assertNotAllowed(() -> session.setMessageListener(m -> {}));
            assertNotAllowed(session::getMessageListener);
            assertNotAllowedUnchecked(session::run);
            assertNotAllowed(() -> consumer.setMessageListener(m -> {}));
            assertNotAllowed(consumer::getMessageListener);
            assertNotAllowed(() -> producer.send(message, NOBODY));
            assertNotAllowed(() -> producer.send(message, 1, 1, 0, NOBODY));
            assertNotAllowed(() -> anonymous.send(queue, message, NOBODY));
            assertNotAllowed(() -> anonymous.send(queue, message, 1, 1, 0, NOBODY));
        }
        assertThat(pool.used).isEmpty();
    }

    @Test
    void norIsItForContexts() {
        try (JMSContext context = pool.connections().createContext()) {
            assertNotAllowedUnchecked(context::stop);
            assertNotAllowedUnchecked(() -> context.setClientID("x"));
            assertNotAllowedUnchecked(() -> context.setExceptionListener(e -> {}));
            assertNotAllowedUnchecked(() -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
            assertNotAllowedUnchecked(() -> context.createProducer().setAsync(NOBODY));
            var consumer = context.createConsumer(context.createQueue("a"));
            assertNotAllowedUnchecked(() -> consumer.setMessageListener(m -> {}));
            assertNotAllowedUnchecked(consumer::getMessageListener);
            assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(context::rollback).isInstanceOf(IllegalStateRuntimeException.class);
            context.recover();
            context.acknowledge();
        }
    }

    @Test
    void aConnectionHasOneSessionAtATimeAndEachHandleItsOwn() throws Exception {
        container.transactions.begin();
        try (Connection one = pool.connections().createConnection();
                Connection other = pool.connections().createConnection()) {
            Session first = one.createSession();
            assertThatThrownBy(one::createSession)
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("QN-7002");
            other.createSession().close();
            first.close();
            one.createSession().close();
            assertThat(pool.used).hasSize(1);
        }
        container.transactions.commit();
        pool.transactionEnded();
    }

    @Test
    void argumentsOfASessionMeanNothingInATransaction() throws Exception {
        container.transactions.begin();
        try (Connection connection = pool.connections().createConnection()) {
            for (int mode : new int[] {0, 1, 2, 3}) {
                try (Session session = connection.createSession(false, mode)) {
                    assertThat(session.getTransacted()).isTrue();
                    assertThat(session.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
                    assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
                    assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
                    assertThatThrownBy(session::recover).isInstanceOf(JMSException.class);
                }
            }
        }
        try (JMSContext context = pool.connections().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(context.getTransacted()).isTrue();
            assertThatThrownBy(context::commit).isInstanceOf(TransactionInProgressRuntimeException.class);
        }
        container.transactions.rollback();
        pool.transactionEnded();
    }

    @Test
    void outsideOfATransactionASessionAcknowledgesAutomatically() throws Exception {
        try (Connection connection = pool.connections().createConnection()) {
            for (int mode : new int[] {0, 1, 2}) {
                try (Session session = connection.createSession(mode)) {
                    assertThat(session.getTransacted()).isFalse();
                    assertThat(session.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
                    assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
                }
            }
            try (Session session = connection.createSession(true, 0)) {
                assertThat(session.getTransacted()).isFalse();
            }
            try (Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE)) {
                assertThat(session.getAcknowledgeMode()).isEqualTo(Session.DUPS_OK_ACKNOWLEDGE);
            }
            assertThatThrownBy(() -> connection.createSession(99)).isInstanceOf(JMSException.class);
        }
        server.send("a", "1");
        try (JMSContext context = pool.connections().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(context.createConsumer(context.createQueue("a")).receiveBody(String.class, 1_000))
                    .isEqualTo("1");
        }
        assertThat(server.receive("a")).isNull();
    }

    /** The container enlists what an application has already, when the transaction begins. */
    @Test
    void aSessionThatWasThereBeforeIsPartOfATransactionAndGoesOnAfterIt() throws Exception {
        try (Connection connection = pool.connections().createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("a"))) {
            producer.send(session.createTextMessage("before"));
            container.transactions.begin();
            container.transactions.enlist(pool.used.get(0).getXAResource());
            assertThat(session.getTransacted()).isTrue();
            producer.send(session.createTextMessage("inside"));
            assertThat(server.receive("a")).isEqualTo("before");
            assertThat(server.receive("a")).isNull();
            container.transactions.rollback();
            assertThat(session.getTransacted()).isFalse();
            producer.send(session.createTextMessage("after"));
            assertThat(server.receive("a")).isEqualTo("after");
        }
    }

    @Test
    void everythingIsAllowedWhereRulesAreNotEnforced() throws Exception {
        QuoinManagedConnectionFactory factory = new QuoinManagedConnectionFactory();
        factory.setEeRules(false);
        Pool unruled = new Pool(adapter, container.transactions, factory);
        try (Connection connection = unruled.connections().createConnection()) {
            connection.setExceptionListener(e -> {});
            connection.start();
            Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
            transacted.createProducer(transacted.createQueue("a")).send(transacted.createTextMessage("1"));
            Session second = connection.createSession();
            MessageConsumer consumer = second.createConsumer(second.createQueue("a"));
            assertThat(consumer.receive(50)).isNull();
            transacted.commit();
            assertThat(((TextMessage) consumer.receive(1_000)).getText()).isEqualTo("1");
            consumer.setMessageListener(m -> {});
            connection.stop();
        }
        try (JMSContext context = unruled.connections().createContext();
                JMSContext another = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(another.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        }
        assertThat(unruled.used).isEmpty();
        unruled.destroy();
    }

    @Test
    void aFactoryWithoutAContainerHasNoRules() throws Exception {
        ConnectionFactory plain = (ConnectionFactory) pool.factory.createConnectionFactory();
        try (JMSContext context = plain.createContext();
                JMSContext another = context.createContext(JMSContext.SESSION_TRANSACTED)) {
            another.createProducer().send(another.createQueue("a"), "1");
            another.commit();
        }
        assertThat(server.receive("a")).isEqualTo("1");
    }

    @Test
    void objectsOfOneDomainRefuseTheOther() throws Exception {
        QueueConnectionFactory queues = (QueueConnectionFactory) pool.connections();
        try (QueueConnection connection = queues.createQueueConnection();
                QueueSession session = connection.createQueueSession(false, 1)) {
            assertThatThrownBy(() -> session.createTopic("t")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.unsubscribe("s")).isInstanceOf(IllegalStateException.class);
            assertThatCode(() ->
                            session.createReceiver(session.createQueue("q")).close())
                    .doesNotThrowAnyException();
        }
        TopicConnectionFactory topics = (TopicConnectionFactory) pool.connections();
        try (TopicConnection connection = topics.createTopicConnection();
                TopicSession session = connection.createTopicSession(false, 1)) {
            assertThatThrownBy(() -> session.createQueue("q")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.createBrowser(() -> "q")).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsClosedSaysSo(boolean byItsConnection) throws Exception {
        Connection connection = pool.connections().createConnection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("a"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("a"));
        (byItsConnection ? connection : session).close();
        (byItsConnection ? connection : session).close();
        assertThatThrownBy(session::createMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::getTransacted).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(producer::getPriority).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::getMessageSelector).isInstanceOf(IllegalStateException.class);
        if (byItsConnection) {
            assertThatThrownBy(connection::getMetaData).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(connection::start).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(connection::stop).isInstanceOf(IllegalStateException.class);
        }
        connection.close();
        assertThat(pool.used).isEmpty();
    }
}
