// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.peer.Link;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client tells a server of its consumers when it is back, by seeds: of any number of consumers any of which has been
 * sent, has handed out and has acknowledged anything.
 */
class SessionResumptionTest extends ReconnectFixture {

    private static final long SOON_MS = 5_000;
    private static final int CONSUMERS_MAX = 6;
    private static final int MESSAGES_MAX = 12;

    private final Map<Integer, One> consumers = new HashMap<>();
    private Session session;

    /** A consumer as the test knows it. */
    private static final class One {

        private final MessageConsumer consumer;
        private long sent;
        private long handedOut;
        private long acknowledged;

        One(MessageConsumer consumer) {
            this.consumer = consumer;
        }
    }

    /** Sends to several consumers and receives some of that, with an acknowledgement in between. */
    private void begin(SplittableRandom random) throws JMSException {
        open("");
        session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        for (int i = 1 + random.nextInt(CONSUMERS_MAX); i > 0; i--) {
            One one = new One(session.createConsumer(session.createQueue("q")));
            consumers.put(nextConsumer(), one);
        }
        boolean acknowledges = random.nextBoolean();
        deliver(random);
        receive(random, acknowledges);
        deliver(random);
        receive(random, false);
        session.unsubscribe("round trip"); // everything that was delivered before has arrived
    }

    private void deliver(SplittableRandom random) {
        consumers.forEach((number, one) -> {
            for (int i = random.nextInt(MESSAGES_MAX); i > 0; i--) {
                link.deliver(1, number, text(number, ++one.sent));
            }
        });
    }

    private static String text(int consumer, long tag) {
        return consumer + " " + tag;
    }

    private void receive(SplittableRandom random, boolean acknowledges) throws JMSException {
        Message last = null;
        for (Map.Entry<Integer, One> entry : consumers.entrySet()) {
            One one = entry.getValue();
            for (long left = random.nextLong(one.sent - one.handedOut + 1); left > 0; left--) {
                last = one.consumer.receive(SOON_MS);
                assertThat(text(last)).isEqualTo(text(entry.getKey(), ++one.handedOut));
            }
        }
        if (acknowledges && last != null) {
            last.acknowledge();
            consumers.values().forEach(one -> one.acknowledged = one.handedOut);
        }
    }

    /** The next delivery of each consumer, after what it has still, is the one after what it has told. */
    private void checkGoesOn(boolean keepsUnseen) throws JMSException {
        for (Map.Entry<Integer, One> entry : consumers.entrySet()) {
            One one = entry.getValue();
            link.deliver(1, entry.getKey(), "new");
            if (keepsUnseen) {
                while (one.handedOut < one.sent) {
                    assertThat(text(one.consumer.receive(SOON_MS))).isEqualTo(text(entry.getKey(), ++one.handedOut));
                }
            }
            assertThat(text(one.consumer.receive(SOON_MS))).isEqualTo("new");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aServerThatKnowsTheSessionIsToldHowFarEachConsumerHasGot(long seed) throws Exception {
        begin(new SplittableRandom(seed));

        reconnect();

        Frame.Resume resume = link.next(FrameType.RESUME, Frame.Resume.class);
        assertThat(resume.hasMore()).isFalse();
        Frame.Held[] expected = consumers.entrySet().stream()
                .map(entry -> new Frame.Held(entry.getKey(), entry.getValue().sent, entry.getValue().handedOut))
                .toArray(Frame.Held[]::new);
        assertThat(resume.consumers()).containsExactlyInAnyOrder(expected);
        awaitConnected();
        checkGoesOn(true);
        assertThat(link.types()).doesNotContain(FrameType.RECLAIM, FrameType.SESSION_OPEN);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aServerThatWasStartedAnewIsToldWhatTheApplicationHolds(long seed) throws Exception {
        begin(new SplittableRandom(seed));
        next = (Link another) -> another.forgetful(2);

        reconnect();

        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < consumers.size(); i++) {
            Frame.Reclaim reclaim = link.next(FrameType.RECLAIM, Frame.Reclaim.class);
            One one = consumers.get(reclaim.consumer());
            told.add(reclaim.consumer());
            assertThat(reclaim.bootNumber()).isEqualTo(1);
            assertThat(reclaim.isLast()).isTrue();
            assertThat(reclaim.received()).isGreaterThanOrEqualTo(one.handedOut);
            assertThat(reclaim.messages().stream().map(Frame.Claim::tag))
                    .containsExactlyElementsOf(LongStream.rangeClosed(one.acknowledged + 1, one.handedOut)
                            .boxed()
                            .toList());
            assertThat(reclaim.messages()).noneMatch(Frame.Claim::acknowledged);
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(consumers.keySet());
        link.next(FrameType.RESTORED);
        awaitConnected();
        checkGoesOn(false);
    }
}
