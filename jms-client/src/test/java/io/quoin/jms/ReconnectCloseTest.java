// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Seen;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Closing while there is no link, or while it is being lost. */
class ReconnectCloseTest extends ReconnectFixture {

    @Test
    void closingWhileThereIsNoLinkIsNoFailureThoughTheOutcomeOfASendIsUnknown() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("second"));
        link.nextSend();
        lose();

        connection.close();

        assertThat(connection.isAlive()).isFalse();
        assertThat(told).isEmpty();
    }

    @RepeatedTest(10) // how far the client has got with the loss is chance
    void aLinkThatIsLostWhileClosingIsNoFailureThoughNotAllIsKnownToHaveArrived() throws Exception {
        open("");
        Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "m");
        consumer.receive(5000).acknowledge();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        producer(transacted).send(transacted.createTextMessage("in a transaction"));
        link.hold(FrameType.SEND, FrameType.ACK);
        producer.send(session.createTextMessage("second"));
        link.watch(seen -> {
            if (seen.type() == FrameType.SESSION_CLOSE) {
                link.cut();
            }
        });

        connection.close();

        assertThat(connection.isAlive()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void whatTheServerHasRefusedIsToldByTheCloseThoughThereIsNoLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("second"));
        producer.send(session.createTextMessage("third"));
        link.nextSend();
        link.refuse(2, ErrorCode.QUEUE_FULL, "The queue q is full");
        link.heartbeat();
        lose();

        assertThatThrownBy(connection::close).hasMessageContaining("The queue q is full");
    }

    @Test
    void closeWhileThereIsNoServerReturnsAtOnceAndEndsWhatWaits() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        lose();
        CompletableFuture<Thread> sender = new CompletableFuture<>();
        CompletableFuture<Void> sending = Background.run(() -> {
            TextMessage message = session.createTextMessage("x");
            sender.complete(Thread.currentThread());
            producer.send(message);
        });
        awaitIn("awaitConnected", sender.get(5, TimeUnit.SECONDS));

        Background.run(connection::stop).get(5, TimeUnit.SECONDS);
        Background.run(connection::close).get(5, TimeUnit.SECONDS);

        assertThatThrownBy(() -> sending.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-1017");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName()
                        .equals("quoin-reconnect-" + connection.channel().connectionId())));
        assertThat(told).isEmpty();
    }

    @Test
    void aSessionWhoseCloseLostItsLinkRepeatsItsAcknowledgementsAndIsClosedOnTheNextOne() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.hold(FrameType.ACK, FrameType.SESSION_CLOSE);
        link.deliver(1, number, "a");
        assertThat(text(consumer.receive())).isEqualTo("a");
        CompletableFuture<Void> closing = Background.run(session::close);
        link.next(FrameType.SESSION_CLOSE);
        next = link -> link.hold(FrameType.SESSION_CLOSE);

        reconnect();

        closing.get(5, TimeUnit.SECONDS);
        assertThat(link.nextAck().ranges()).containsExactly(new Seen.Range(1, 1));
        link.next(FrameType.SESSION_CLOSE);
        next = link -> {};
        reconnect();
        link.next(FrameType.SESSION_CLOSE);
        List<FrameType> types = typesAfterHello();
        assertThat(types.indexOf(FrameType.RESUME)).isLessThan(types.indexOf(FrameType.SESSION_CLOSE));
        assertThat(told).isEmpty();
        Session other = connection.createSession();
        other.createConsumer(other.createQueue("q")).close(); // answered after the close of the session
        reconnect();
        awaitConnected();
        assertThat(link.types()).as("it is forgotten when it is closed").doesNotContain(FrameType.SESSION_CLOSE);
    }

    @Test
    void whatWasSentWithoutWaitingIsRepeatedThoughTheCloseOfItsSessionLostItsLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND, FrameType.SESSION_CLOSE);
        producer.send(session.createTextMessage("second"));
        link.nextSend();
        CompletableFuture<Void> closing = Background.run(session::close);
        link.next(FrameType.SESSION_CLOSE);

        reconnect();

        closing.get(5, TimeUnit.SECONDS);
        assertThat(link.nextSend().sequence()).isEqualTo(2);
    }
}
