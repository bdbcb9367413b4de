// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.destination.QuoinQueue;
import io.quoin.ra.config.ServerAccess;
import io.quoin.ra.fake.Bean;
import jakarta.jms.JMSException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a bean is fed from, without its activation. */
class FeedTest extends InboundCase {

    private static final int MAX_SESSIONS = 8;

    private final Queue<JMSException> ends = new ConcurrentLinkedQueue<>();
    private final Later later = new Later(container);

    @AfterEach
    void end() {
        later.close();
    }

    private Feed open(Bean bean, String options) throws JMSException {
        ServerAccess access = new ServerAccess(server.url() + options, null, null, null);
        Target target = new Target(
                access, QuoinQueue.named("in"), null, null, false, false, false, 1, MAX_SESSIONS, 200, 50, 3_000);
        Feed feed = Feed.open(target, new Endpoints(bean), true, container, later, (of, why) -> ends.add(why));
        feed.start();
        return feed;
    }

    @Test
    void sessionsThatAreNotNeededAnyMoreAreClosedAndComeAgain() throws Exception {
        CountDownLatch[] go = {new CountDownLatch(1), new CountDownLatch(1)};
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            awaitQuietly(go[seen.size() > 20 ? 1 : 0]);
        });
        Feed feed = open(bean, "");
        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(MAX_SESSIONS));
        go[0].countDown();
        eventually(() -> assertThat(seen).hasSize(20));
        eventually(() -> assertThat(bean.open).hasValue(1));

        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(MAX_SESSIONS));
        go[1].countDown();
        eventually(() -> assertThat(seen).hasSize(40));
        feed.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
        assertThat(bean.open).hasValue(0);
        assertThat(server.waiting("in")).isZero();
    }

    @Test
    void whatHasEndedForGoodSaysSoOnce() throws Exception {
        Feed feed = open(Bean.transacted(container, this::note), "?reconnect=false");
        assertThat(feed.end()).isNull();
        server.stop();
        eventually(() -> assertThat(ends).hasSize(1));
        assertThat(feed.end()).isSameAs(ends.element());
        feed.abandon();
        server.start();
        assertThat(ends).hasSize(1);
    }

    @Test
    void whatIsClosedSaysNothing() throws Exception {
        Feed feed = open(Bean.transacted(container, this::note), "?reconnect=false");
        feed.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
        assertThat(ends).isEmpty();
        server.send("in", "a");
        assertThat(server.receive("in", 5_000)).isEqualTo("a");
    }
}
