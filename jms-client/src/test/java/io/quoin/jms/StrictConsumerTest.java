// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A consumer whose queue has strict delivery: what it hands out, and when. */
class StrictConsumerTest {

    private final ScriptedServer server = ScriptedServer.start();
    private QuoinConnection connection;
    private Link link;
    private Session session;
    private QuoinMessageConsumer consumer;
    private int number;

    private void open(int window, int mode) throws JMSException {
        connection =
                (QuoinConnection) new QuoinConnectionFactory(server.uri() + "?requestTimeout=3000").createConnection();
        link = server.link();
        link.strict(window);
        connection.start();
        session = connection.createSession(mode);
        consumer = (QuoinMessageConsumer) session.createConsumer(session.createQueue("q"));
        number = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
    }

    @AfterEach
    void close() throws JMSException {
        try {
            if (connection != null) {
                connection.close();
            }
        } finally {
            server.close();
        }
    }

    private static String text(Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    @Test
    void nothingIsHandedOutWithoutAPermit() throws Exception {
        open(2, Session.AUTO_ACKNOWLEDGE);
        BlockingQueue<String> listened = new LinkedBlockingQueue<>();
        consumer.setMessageListener(message -> {
            try {
                listened.add(text(message));
            } catch (JMSException e) {
                listened.add(e.toString());
            }
        });
        link.deliver(1, number, "1", "2", "3");
        assertThat(listened.poll(100, TimeUnit.MILLISECONDS)).isNull();

        link.permit(1, number, 2);

        assertThat(listened.poll(5, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(listened.poll(5, TimeUnit.SECONDS)).isEqualTo("2");
        link.nextAck();
        assertThat(listened.poll(100, TimeUnit.MILLISECONDS)).isNull();
        link.permit(1, number, 4);
        assertThat(listened.poll(5, TimeUnit.SECONDS)).isEqualTo("3");
        assertThat(link.types()).doesNotContain(FrameType.PERMIT_WANTED);
    }

    @Test
    void aListenerThatHasUsedItsPermitTellsItTogetherWithCredit() throws Exception {
        open(1, Session.AUTO_ACKNOWLEDGE);
        BlockingQueue<Message> listened = new LinkedBlockingQueue<>();
        consumer.setMessageListener(listened::add);
        link.deliver(1, number, "1", "2", "3");
        link.permit(1, number, 1);

        assertThat(link.nextCredit().limitMessages())
                .as("what was used, not half of all")
                .isEqualTo(16 + 1);
        assertThat(link.nextAck().ranges()).containsExactly(new Seen.Range(1, 1));
        assertThat(listened).hasSize(1);
    }

    @Test
    void anApplicationThatKeepsMessagesUndecidedAsksForMore() throws Exception {
        open(2, Session.CLIENT_ACKNOWLEDGE);
        link.deliver(1, number, "1", "2", "3");
        link.permit(1, number, 2);
        assertThat(text(consumer.receive(5_000))).isEqualTo("1");
        assertThat(text(consumer.receive(5_000))).isEqualTo("2");

        var third = Background.run(() -> consumer.receive(5_000));
        Frame.PermitWanted wanted = link.next(FrameType.PERMIT_WANTED, Frame.PermitWanted.class);
        assertThat(wanted.handedOut()).isEqualTo(2);
        link.permit(1, number, 4);

        third.get(5, TimeUnit.SECONDS);
    }

    @Test
    void aReceiveThatDoesNotWaitHasItsPermitOnTheWay() throws Exception {
        open(2, Session.AUTO_ACKNOWLEDGE);
        link.hold(FrameType.DRAIN);
        var received =
                Background.run(() -> assertThat(text(consumer.receiveNoWait())).isEqualTo("1"));
        Frame.Drain drain = link.next(FrameType.DRAIN, Frame.Drain.class);
        link.deliver(1, number, "1");
        link.ok(drain.request());
        link.permit(1, number, 1);

        received.get(5, TimeUnit.SECONDS);
    }

    @Test
    void aMessageInDoubtIsResolvedByItsId() throws Exception {
        open(2, Session.AUTO_ACKNOWLEDGE);
        consumer.resolve("ID:00000000000000010000000000000002-17", InDoubt.RETRY);

        Frame.Resolve resolve = link.next(FrameType.RESOLVE, Frame.Resolve.class);
        assertThat(resolve.consumer()).isEqualTo(number);
        assertThat(resolve.sequence()).isEqualTo(17);
        assertThat(resolve.resolution()).isEqualTo(Resolution.RETRY);
        assertThatThrownBy(() -> consumer.resolve("17", InDoubt.CONSUMED)).hasMessageContaining("'17'");
    }

    @Test
    void aMarkedMessageShowsIt() throws Exception {
        open(2, Session.AUTO_ACKNOWLEDGE);
        link.deliverInDoubt(1, number, "1");
        link.permit(1, number, 1);

        Message message = consumer.receive(5_000);

        assertThat(message.getBooleanProperty("JMS_Quoin_InDoubt")).isTrue();
        assertThat(message.getJMSRedelivered()).isTrue();
    }
}
