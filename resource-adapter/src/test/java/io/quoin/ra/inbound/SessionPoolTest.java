// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.ra.QuoinResourceAdapter;
import io.quoin.ra.fake.Bean;
import io.quoin.ra.fake.Container;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** How many sessions a bean has, and what each of them has in hand. */
class SessionPoolTest extends InboundCase {

    @Test
    void anIdleBeanHasNoThreadAndABusyOneAsManyAsItMay() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Bean bean = Bean.transacted(container, message -> {
            note(message);
            awaitQuietly(go);
        });
        QuoinActivationSpec spec = of("in");
        spec.setMaxSession(4);
        adapter.endpointActivation(bean, spec);
        eventually(() -> assertThat(consumers("in")).isEqualTo(1));
        eventually(() -> assertThat(container.working).hasValue(0));

        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(4));
        assertThat(consumers("in")).isEqualTo(1);
        go.countDown();
        eventually(() -> assertThat(seen).hasSize(20));
        eventually(() -> assertThat(container.working).hasValue(0));
        assertThat(bean.inHandMost).hasValue(4);
        assertThat(seen).containsExactlyInAnyOrder(texts(20));
    }

    @Test
    void noMoreThanOneMessageASessionWaitsHere() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Bean bean = Bean.plain(message -> awaitQuietly(go));
        QuoinActivationSpec spec = of("in");
        spec.setMaxSessions(3);
        adapter.endpointActivation(bean, spec);
        server.send("in", texts(20));
        eventually(() -> assertThat(bean.inHand).hasValue(3));

        // Three in hand and three that wait: the others are anybody's.
        Queue<String> others = new ConcurrentLinkedQueue<>();
        for (String text = server.receive("in", 2_000); text != null; text = server.receive("in", 2_000)) {
            others.add(text);
        }
        assertThat(others).hasSizeGreaterThanOrEqualTo(14);
        go.countDown();
    }

    @Test
    void twoBeansWithManySessionsShareFewThreads() throws Exception {
        try (Container small = new Container(4)) {
            QuoinResourceAdapter crowded = small.started(server.url());
            AtomicLong longestMs = new AtomicLong();
            AtomicInteger done = new AtomicInteger();
            for (String queue : List.of("one", "two")) {
                Bean bean = Bean.transacted(small, message -> {
                    longestMs.accumulateAndGet(age(message), Math::max);
                    LockSupport.parkNanos(10_000_000);
                    done.incrementAndGet();
                });
                QuoinActivationSpec spec = of(queue);
                spec.setMaxSessions(64);
                crowded.endpointActivation(bean, spec);
            }
            eventually(() -> assertThat(consumers("one") + consumers("two")).isEqualTo(2));
            server.send("one", texts(150));
            server.send("two", texts(150));
            eventually(() -> assertThat(done).hasValue(300));
            System.Logger log = System.getLogger(InboundTest.class.getName());
            log.log(System.Logger.Level.INFO, "The oldest of 300 messages was " + longestMs + " ms old");
            crowded.stop();
        }
    }

    private static long age(Message message) {
        try {
            return System.currentTimeMillis() - message.getJMSTimestamp();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
