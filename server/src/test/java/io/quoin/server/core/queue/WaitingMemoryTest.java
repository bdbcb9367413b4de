// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a waiting message costs where it costs most, its group included: every message has a group and is in some list. */
class WaitingMemoryTest {
    /** As many groups of one as make the table of groups emptiest. */
    private static final int MESSAGES = 395_000;

    private static final int SLOTS = 1_024;
    /** So many groups are out that every slot has one. */
    private static final int OUT = 20 * SLOTS;

    private static final Bodies NO_BODIES = new Bodies() {
        @Override
        public boolean ready(long position, int length) {
            return true;
        }

        @Override
        public void live(long position, int length) {}

        @Override
        public void dead(long position, int length) {}
    };

    private final AtomicInteger delivered = new AtomicInteger();
    private final DeliverySink sink =
            (to, priority, arrival, isVolatile, position, length, deliveries, again, first, expires) ->
                    delivered.incrementAndGet();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void atMost48BytesAMessage(int messagesOfAGroup) {
        MessageQueue queue = new MessageQueue(SLOTS, NO_BODIES, new IndexStore());
        QueueConsumer stuck = new QueueConsumer(0, null, 0, 0);
        queue.attach(stuck);
        queue.credit(stuck, OUT, Long.MAX_VALUE);
        for (int i = 0; i < OUT; i++) {
            add(queue, 0, -1 - i);
        }
        dispatch(queue);
        long before = usedBytes();

        for (int i = 0; i < MESSAGES; i++) {
            add(queue, (int) Digest.mix(i) & 1, i % (MESSAGES / messagesOfAGroup));
        }
        QueueConsumer other = new QueueConsumer(1, null, 0, 1);
        queue.attach(other);
        queue.credit(other, 1, Long.MAX_VALUE);
        dispatch(queue);
        long after = usedBytes();

        assertThat(delivered)
                .as("all slots are held by one that can take no more")
                .hasValue(OUT);
        assertThat(queue.depth()).isEqualTo(OUT + MESSAGES);
        assertThat((double) (after - before) / MESSAGES).as("bytes a message").isLessThanOrEqualTo(48);
    }

    private static void add(MessageQueue queue, int priority, int group) {
        queue.added(priority, queue.lastArrival() + 1, 1_000, 0, (int) Digest.mix(group), true);
    }

    private void dispatch(MessageQueue queue) {
        queue.visibleUpTo(queue.lastArrival());
        while (queue.ready()) {
            queue.dispatch(0, 1_000, sink);
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
