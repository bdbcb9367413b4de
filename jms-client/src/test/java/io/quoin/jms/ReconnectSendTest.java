// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was sent when a link is lost, and what is sent while there is none. */
class ReconnectSendTest extends ReconnectFixture {

    @Test
    void aSendWithoutAnAnswerIsWrittenAgainUnderItsNumberAndItsCallerOnlyWaitsLonger() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        TextMessage message = session.createTextMessage("second");
        CompletableFuture<Void> sending = Background.run(() -> producer.send(message));
        Seen.Sent sent = link.nextSend();

        reconnect();

        Seen.Sent again = link.nextSend();
        sending.get(5, TimeUnit.SECONDS);
        assertThat(again.sequence()).isEqualTo(sent.sequence()).isEqualTo(2);
        assertThat(again.message()).isEqualTo(sent.message());
        assertThat(again.flags() & FrameFlags.SEND_RESENT).isNotZero();
        assertThat(again.flags() & FrameFlags.SEND_WAITING).isNotZero();
        assertThat(link.types())
                .containsExactly(FrameType.HELLO, FrameType.DESTINATION, FrameType.RESUME, FrameType.SEND);
        producer.send(session.createTextMessage("third"));
        Seen.Sent third = link.nextSend();
        assertThat(third.sequence()).isEqualTo(3);
        assertThat(third.flags() & FrameFlags.SEND_RESENT).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void completionListenersAreCalledOnceAndInOrderOverALoss() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.hold(FrameType.SEND);
        Completed completed = new Completed();
        for (int i = 0; i < 5; i++) {
            producer.send(session.createTextMessage("m" + i), completed);
        }
        await().until(() -> link.waiting(FrameType.SEND) >= 5);

        reconnect();

        await().until(() -> completed.told().size() == 5);
        assertThat(completed.told()).containsExactly("m0", "m1", "m2", "m3", "m4");
        assertThat(IntStream.range(0, 5).mapToObj(i -> link.nextSend().sequence()))
                .containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void nothingOvertakesWhatIsWrittenAgain() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        TextMessage message = session.createTextMessage("second");
        CompletableFuture<Void> sending = Background.run(() -> producer.send(message));
        link.nextSend();
        Channel channel = connection.channel();
        Wire former = channel.wire();
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);

        Frame frame = new Frame.Handing(1, 1, List.of(1L));
        assertThatThrownBy(channel::wire).isInstanceOf(LinkLostException.class);
        assertThatThrownBy(() -> channel.post(1, frame, Flush.NOW)).isInstanceOf(LinkLostException.class);
        assertThatThrownBy(() -> channel.request(1, n -> new Frame.Recover(n, List.of()), new Reply()))
                .isInstanceOf(LinkLostException.class);
        Session other = connection.createSession();
        CompletableFuture<Void> third = Background.run(() -> producer(other).send(other.createTextMessage("third")));
        link.write(0, new Result.Resumed(List.of()).to(resume.request()));
        sending.get(5, TimeUnit.SECONDS);
        third.get(5, TimeUnit.SECONDS);

        assertThat(link.nextSend().sequence()).isEqualTo(2);
        assertThat(link.nextSend().sequence()).isEqualTo(3);
        assertThat(link.types()).doesNotContain(FrameType.HANDING, FrameType.RECOVER);
        assertThat(link.types().stream().filter(type -> type == FrameType.SESSION_OPEN))
                .as("the session that was made meanwhile is opened once")
                .hasSize(1);
        assertThatThrownBy(() -> former.post(1, frame, Flush.NOW))
                .as("a link that was lost does not become another")
                .isInstanceOf(LinkLostException.class);
    }

    @Test
    void aNonPersistentSendIsNotWrittenAgainToAServerThatWasStartedAnew() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.hold(FrameType.SEND);
        producer.send(session.createTextMessage("lost"));
        link.nextSend();
        next = link -> link.forgetful(2);

        reconnect();
        awaitConnected();
        producer.send(session.createTextMessage("third"));

        Seen.Sent third = link.nextSend();
        assertThat(third.sequence()).isEqualTo(3);
        assertThat(third.flags() & FrameFlags.SEND_WAITING)
                .as("the first one after a reconnect is answered")
                .isNotZero();
    }

    @Test
    void aCompletionListenerHearsThatANonPersistentSendIsLostWithTheServersMemory() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        Completed completed = new Completed();
        producer.send(session.createTextMessage("lost"), completed);
        link.nextSend();
        next = link -> link.forgetful(2);

        reconnect();

        await().until(() -> !completed.told().isEmpty());
        assertThat(completed.told().get(0)).contains(ErrorCode.CONNECTION_LOST.code());
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(3);
    }

    @Test
    void aSendThatFindsNoServerEndsWithATimeOutThatSaysSoAndIsNeverSent() throws Exception {
        open("&sendTimeout=300");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        lose();

        assertThatThrownBy(() -> producer.send(session.createTextMessage("second")))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-4004")
                .hasMessageContaining("send a message to q")
                .hasMessageContaining("connecting again");

        server.refuse(false);
        link = server.link();
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(2);
        assertThat(told).isEmpty();
    }

    @Test
    void aCompletionListenerHearsOfASendThatFoundNoServerInTime() throws Exception {
        open("&sendTimeout=300");
        Session session = connection.createSession();
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("first"));
        link.nextSend();
        link.hold(FrameType.SEND);
        Completed completed = new Completed();
        producer.send(session.createTextMessage("second"), completed);
        link.nextSend();
        server.refuse(true);

        link.cut();

        await().until(() -> !completed.told().isEmpty());
        assertThat(completed.told().get(0)).contains("QN-4004");
        server.refuse(false);
        link = server.link();
        producer.send(session.createTextMessage("third"));
        assertThat(link.nextSend().sequence()).isEqualTo(3);
    }
}
