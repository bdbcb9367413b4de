// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.ra.destination.AdministeredQueue;
import io.quoin.ra.fake.Foreign;
import io.quoin.ra.fake.Wrapper;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import java.util.Set;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;

/** Pooled connections to a real server, in a container that is none. */
class OutboundTest extends ContainerCase {

    @Test
    void aPooledConnectionIsUsedAgain() throws Exception {
        send("a", "1");
        send("a", "2");

        assertThat(receive("a")).isEqualTo("1");
        assertThat(receive("a")).isEqualTo("2");
        assertThat(receive("a")).isNull();
        assertThat(pool.used).isEmpty();
    }

    @Test
    void theClassicApiDoesTheSame() throws Exception {
        try (Connection connection = pool.connections().createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue("a"))) {
            producer.send(session.createTextMessage("1"));
            connection.start();
            assertThat(((TextMessage) session.createConsumer(session.createQueue("a"))
                                    .receive(1_000))
                            .getText())
                    .isEqualTo("1");
        }
        assertThat(server.waiting("a")).isZero();
    }

    @Test
    void whatIsSentInATransactionIsThereWhenItIsCommitted() throws Exception {
        container.transactions.begin();
        send("a", "1");
        assertThat(server.receive("a")).isNull();
        container.transactions.commit();
        pool.transactionEnded();

        assertThat(server.receive("a")).isEqualTo("1");
    }

    @Test
    void whatIsDoneInATransactionIsUndoneByARollbackAlthoughItsHandlesAreClosed() throws Exception {
        server.send("in", "x");
        container.transactions.begin();
        assertThat(receive("in")).isEqualTo("x");
        send("out", "x");
        container.transactions.rollback();
        pool.transactionEnded();

        assertThat(server.receive("out")).isNull();
        assertThat(server.receive("in")).isEqualTo("x");
    }

    @Test
    void handlesOfOneTransactionShareAConnectionAndEachHasItsSession() throws Exception {
        container.transactions.begin();
        try (JMSContext one = pool.connections().createContext();
                JMSContext other = pool.connections().createContext()) {
            one.createProducer().send(one.createQueue("a"), "1");
            other.createProducer().send(other.createQueue("a"), "2");
            assertThat(pool.used).hasSize(1);
        }
        container.transactions.commit();
        pool.transactionEnded();

        assertThat(container.transactions.calls).containsExactly("start", "end", "commit1");
        assertThat(server.receive("a")).isEqualTo("1");
        assertThat(server.receive("a")).isEqualTo("2");
    }

    @Test
    void aBranchIsJoinedThroughTheWrappersOfAnApplicationServer() throws Exception {
        ManagedConnection one = pool.factory.createManagedConnection(null, null);
        ManagedConnection other = pool.factory.createManagedConnection(null, null);
        XAResource plain = one.getXAResource();
        XAResource wrapped = new Wrapper(other.getXAResource());

        assertThat(plain.isSameRM(wrapped)).isTrue();
        assertThat(wrapped.isSameRM(plain)).isTrue();
        assertThat(plain.isSameRM(new Wrapper(new Wrapper(other.getXAResource()))))
                .isTrue();
        assertThat(plain.isSameRM(new Foreign())).isFalse();
        one.destroy();
        other.destroy();
    }

    @Test
    void aTemporaryQueueIsThereUntilItsConnectionGoesBack() throws Exception {
        TemporaryQueue replies;
        try (JMSContext context = pool.connections().createContext()) {
            replies = context.createTemporaryQueue();
            context.createProducer().send(replies, "1");
            assertThat(context.createConsumer(replies).receiveBody(String.class, 1_000))
                    .isEqualTo("1");
        }
        try (JMSContext client = server.client()) {
            assertThatThrownBy(() -> client.createProducer().send(replies, "2"))
                    .isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    void administeredDestinationsAreTakenByTheirNames() throws Exception {
        AdministeredQueue queue = new AdministeredQueue();
        queue.setName("a?maxDeliveries=3");
        try (JMSContext context = pool.connections().createContext()) {
            Message message = context.createTextMessage("1");
            message.setJMSReplyTo(queue);
            context.createProducer().send(queue, message);
            Message received = context.createConsumer(queue).receive(1_000);
            assertThat(received.getJMSReplyTo()).hasToString("a");
            assertThat(context.createBrowser(queue).getEnumeration().hasMoreElements())
                    .isFalse();
        }
    }

    @Test
    void aLocalTransactionIsCommittedOrRolledBack() throws Exception {
        ManagedConnection managed = pool.factory.createManagedConnection(null, null);
        LocalTransaction local = managed.getLocalTransaction();
        Connection connection = (Connection) managed.getConnection(null, null);
        try (Session session = connection.createSession()) {
            Queue queue = session.createQueue("a");
            MessageProducer producer = session.createProducer(queue);
            local.begin();
            producer.send(session.createTextMessage("lost"));
            local.rollback();
            local.begin();
            producer.send(session.createTextMessage("kept"));
            assertThat(server.receive("a")).isNull();
            local.commit();
        }
        assertThat(server.receive("a")).isEqualTo("kept");
        assertThat(server.receive("a")).isNull();
        managed.destroy();
    }

    @Test
    void aHandleThatMovesGoesOnWithItsProducersAndConsumers() throws Exception {
        ManagedConnection one = pool.factory.createManagedConnection(null, null);
        ManagedConnection other = pool.factory.createManagedConnection(null, null);
        Connection handle = (Connection) one.getConnection(null, null);
        handle.start();
        Session session = handle.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("a"));
        producer.setTimeToLive(60_000);
        var consumer = session.createConsumer(session.createQueue("a"));
        producer.send(session.createTextMessage("1"));
        assertThat(((TextMessage) consumer.receive(1_000)).getText()).isEqualTo("1");

        other.associateConnection(handle);
        one.destroy();
        producer.send(session.createTextMessage("2"));
        TextMessage second = (TextMessage) consumer.receive(1_000);

        assertThat(second.getText()).isEqualTo("2");
        assertThat(second.getJMSExpiration()).isPositive();
        handle.close();
        assertThatThrownBy(() -> producer.send(session.createTextMessage("3")))
                .isInstanceOf(jakarta.jms.IllegalStateException.class);
        other.destroy();
    }

    @Test
    void aLostConnectionIsToldOnceAndFailsAtOnce() throws Exception {
        try (JMSContext context = pool.connections().createContext()) {
            context.createProducer().send(context.createQueue("a"), "1");
            server.stop();
            long beforeNs = System.nanoTime();
            assertThatThrownBy(() -> context.createProducer().send(context.createQueue("a"), "2"))
                    .isInstanceOf(JMSRuntimeException.class);
            assertThat(System.nanoTime() - beforeNs).isLessThan(5_000_000_000L);
        }
        server.start();
        send("a", "3");

        assertThat(pool.broken).hasSize(1);
        assertThat(pool.used).isEmpty();
        assertThat(server.receive("a")).isEqualTo("1");
        assertThat(server.receive("a")).isEqualTo("3");
    }

    @Test
    void aLostConnectionIsFoundBeforeItIsGivenOut() throws Exception {
        ManagedConnection managed = pool.factory.createManagedConnection(null, null);
        assertThat((Set<?>) pool.factory.getInvalidConnections(Set.of(managed))).isEmpty();
        assertThat(pool.factory.matchManagedConnections(Set.of(managed), null, null))
                .isSameAs(managed);
        server.stop();
        await().untilAsserted(() -> assertThat((Set<?>) pool.factory.getInvalidConnections(Set.of(managed)))
                .hasSize(1));
        assertThat(pool.factory.matchManagedConnections(Set.of(managed), null, null))
                .isNull();
        managed.destroy();
        server.start();
    }

    @Test
    void aThousandFailingConnectionsLeaveNoneInUse() throws Exception {
        server.stop();
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> pool.connections().createConnection()).isInstanceOf(JMSException.class);
        }
        assertThat(pool.used).isEmpty();
        server.start();
        send("a", "1");
        assertThat(server.receive("a")).isEqualTo("1");
    }
}
