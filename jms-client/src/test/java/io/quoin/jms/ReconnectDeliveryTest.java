// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What was delivered, acknowledged or only sent ahead when a link is lost. */
class ReconnectDeliveryTest extends ReconnectFixture {

    @Test
    void aSessionWithMoreConsumersThanAFrameNamesIsResumed() throws Exception {
        open("");
        Session session = connection.createSession();
        int consumers = 6_500;
        List<MessageConsumer> opened = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            opened.add(session.createConsumer(session.createQueue("q")));
        }

        reconnect();

        List<Frame.Resume> resumes = new ArrayList<>();
        do {
            resumes.add(link.next(FrameType.RESUME, Frame.Resume.class));
        } while (resumes.get(resumes.size() - 1).hasMore());
        Set<Integer> named = resumes.stream()
                .flatMap(resume -> resume.consumers().stream())
                .map(Frame.Held::consumer)
                .collect(Collectors.toSet());
        assertThat(named).hasSize(consumers);
        awaitConnected();
        assertThat(link.types()).doesNotContain(FrameType.SESSION_OPEN, FrameType.CONSUMER_OPEN);
        for (int one : List.of(0, consumers - 1)) {
            link.deliver(1, ((QuoinMessageConsumer) opened.get(one)).number(), "m" + one);
            assertThat(text(opened.get(one).receive())).isEqualTo("m" + one);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aSessionWithVeryManyConsumersThatTheServerHasForgottenIsOpenedOnce() throws Exception {
        open("");
        Session session = connection.createSession();
        int consumers = 3_100;
        for (int i = 0; i < consumers; i++) {
            session.createConsumer(session.createQueue("q"));
        }
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        for (int i = 0; i < 2; i++) {
            link.error(link.next(FrameType.RESUME, Frame.Resume.class).request(), ErrorCode.SESSION_UNKNOWN, "over");
        }

        awaitConnected();
        List<FrameType> types = link.types();
        assertThat(Collections.frequency(types, FrameType.SESSION_OPEN)).isOne();
        assertThat(Collections.frequency(types, FrameType.CONSUMER_OPEN)).isEqualTo(consumers);
        assertThat(told).isEmpty();
    }

    @Test
    void aReceiveThatWaitsGoesOnOverALoss() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        CompletableFuture<Message> receiving = Background.ask(() -> consumer.receive(20_000));

        reconnect();
        link.nextCredit();
        link.deliver(1, number, "hello");

        assertThat(text(receiving.get(5, TimeUnit.SECONDS))).isEqualTo("hello");
        assertThat(told).isEmpty();
    }

    @Test
    void aSessionThatIsResumedSaysWhatItHasAndRepeatsAcknowledgementsBeforeItGivesCredit() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.hold(FrameType.ACK);
        link.deliver(1, number, "a", "b", "c");
        assertThat(text(consumer.receive())).isEqualTo("a");
        assertThat(text(consumer.receive())).isEqualTo("b");
        link.nextAck();

        reconnect();

        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);
        assertThat(resume.consumers()).containsExactly(new Frame.Held(number, 3, 2));
        assertThat(link.nextAck().ranges().get(0).first()).isEqualTo(1);
        Seen.Credited credit = link.nextCredit();
        assertThat(credit.limitMessages()).isEqualTo(2 + 16);
        List<FrameType> types = typesAfterHello();
        assertThat(types.indexOf(FrameType.ACK)).isLessThan(types.indexOf(FrameType.CREDIT));
        assertThat(text(consumer.receive()))
                .as("what had arrived and was not seen is still there")
                .isEqualTo("c");
    }

    @Test
    void aSessionThatWasForgottenIsOpenedAnewAndReclaimsWhatTheApplicationHolds() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a", "b", "c");
        Message a = consumer.receive();
        assertThat(text(consumer.receive())).isEqualTo("b");
        next = link -> link.forgetful(2);

        reconnect();

        Frame.ConsumerOpen open = link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class);
        assertThat(open.consumer()).isEqualTo(number);
        assertThat(open.limitMessages()).isZero();
        Frame.Reclaim reclaim = link.next(FrameType.RECLAIM, Frame.Reclaim.class);
        assertThat(reclaim.bootNumber()).isEqualTo(1);
        assertThat(reclaim.received()).isEqualTo(3);
        assertThat(reclaim.messages()).extracting(Frame.Claim::tag).containsExactly(1L, 2L);
        link.nextCredit();
        link.redeliver(1, number, "c", 2);
        a.acknowledge();
        Seen.Acknowledged ack = link.nextAck();
        assertThat(ack.ranges()).containsExactly(new Seen.Range(1, 2));
        Message c = consumer.receive();
        assertThat(text(c)).isEqualTo("c");
        assertThat(c.getJMSRedelivered()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void anAcknowledgementOfWhatAnotherConsumerHasGotMeanwhileIsRefused() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a", "b");
        consumer.receive();
        Message b = consumer.receive();
        next = link -> link.forgetful(2).refuseReclaimed(2L);

        reconnect();
        link.nextCredit();

        assertThatThrownBy(b::acknowledge)
                .isInstanceOf(jakarta.jms.IllegalStateException.class)
                .hasMessageContaining("QN-2019");
        link.deliver(1, number, "c");
        consumer.receive().acknowledge();
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsReclaimedSaysWhetherAnAcknowledgementOfItMayHaveArrived() throws Exception {
        open("");
        Session session = connection.createSession(QuoinSession.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a", "b");
        Message a = consumer.receive();
        consumer.receive();
        link.hold(FrameType.ACK);
        CompletableFuture<Void> acknowledging = Background.run(a::acknowledge);
        link.nextAck();
        next = link -> link.forgetful(2);

        reconnect();

        Frame.Reclaim reclaim = link.next(FrameType.RECLAIM, Frame.Reclaim.class);
        assertThat(reclaim.messages()).extracting(Frame.Claim::acknowledged).containsExactly(true, false);
        acknowledging.get(5, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsReclaimedFromAServerWithOtherMessages() throws Exception {
        open("");
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a");
        consumer.receive();
        next = Link::stranger;

        reconnect();

        assertThat(link.next(FrameType.RECLAIM, Frame.Reclaim.class).messages()).isEmpty();
    }

    @Test
    void aSessionWhoseGraceIsOverIsOpenedAnewThoughTheConnectionIsKnown() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        next = link -> link.hold(FrameType.RESUME);

        reconnect();
        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);
        link.error(resume.request(), ErrorCode.SESSION_UNKNOWN, "The connection has no session 1");

        assertThat(link.next(FrameType.SESSION_OPEN).session()).isEqualTo(1);
        assertThat(nextConsumer()).isEqualTo(number);
        link.nextCredit();
        link.deliver(1, number, "hello");
        assertThat(text(consumer.receive(5_000))).isEqualTo("hello");
    }

    @Test
    void aConsumerThatIsClosedWhileThereIsNoServerIsClosedOnTheNextLink() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        lose();

        Background.run(consumer::close).get(5, TimeUnit.SECONDS);
        server.refuse(false);
        link = server.link();

        assertThat(link.next(FrameType.CONSUMER_CLOSE, Frame.ConsumerClose.class)
                        .consumer())
                .isEqualTo(number);
    }

    @Test
    void aListenerThatRunsWhileTheConnectionIsLostHasItsMessageAcknowledgedAfterwards() throws Exception {
        open("");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        CompletableFuture<Void> go = new CompletableFuture<>();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        consumer.setMessageListener(message -> {
            try {
                seen.add(text(message));
                go.get(5, TimeUnit.SECONDS);
            } catch (Exception e) {
                seen.add(e.toString());
            }
        });
        link.deliver(1, number, "a", "b");
        await().until(() -> !seen.isEmpty());

        reconnect();
        link.nextCredit();
        go.complete(null);

        assertThat(link.nextAck().ranges().get(0).first()).isEqualTo(1);
        await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("a", "b");
    }
}
