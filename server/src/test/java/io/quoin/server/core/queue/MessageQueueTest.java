// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageQueueTest {
    private final MemoryBodies bodies = new MemoryBodies();
    private final MessageQueue queue = new MessageQueue(16, bodies, new IndexStore());
    private final List<Long> got = new ArrayList<>();

    private final DeliverySink sink =
            (to, priority, arrival, isVolatile, position, length, count, redelivered, first, expires) ->
                    got.add(arrival);

    private QueueConsumer consumer(long credit) {
        QueueConsumer consumer = new QueueConsumer("c", null, 0, 1);
        queue.attach(consumer);
        queue.credit(consumer, credit, Long.MAX_VALUE);
        return consumer;
    }

    private long add(int priority) {
        return queue.added(priority, queue.lastArrival() + 1, 10, 0, 0, false);
    }

    private void dispatch() {
        while (queue.ready()) {
            queue.dispatch(0, 100, sink);
        }
    }

    @Test
    void aMessageIsDispatchedOnceItIsVisible() {
        consumer(10);
        long arrival = add(4);
        dispatch();
        assertThat(got).isEmpty();

        queue.visibleUpTo(arrival);
        dispatch();
        assertThat(got).containsExactly(arrival);
        assertThat(queue.out()).isEqualTo(1);

        queue.removed(4, arrival, arrival);
        assertThat(queue.out()).isZero();
        assertThat(queue.depth()).isZero();
        assertThat(bodies.live()).isZero();
    }

    @Test
    void higherPrioritiesGoFirstAndThenLowerArrivals() {
        int count = 3 * IndexBlock.CAPACITY + 7;
        List<Long> high = new ArrayList<>();
        List<Long> low = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i % 3 == 0) {
                high.add(add(7));
            } else {
                low.add(add(2));
            }
        }
        queue.visibleUpTo(queue.lastArrival());
        consumer(Long.MAX_VALUE);
        dispatch();
        high.addAll(low);
        assertThat(got).isEqualTo(high);
    }

    @Test
    void aMessageThatIsPutBackComesAgainInItsPlace() {
        consumer(Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            add(4);
        }
        queue.visibleUpTo(4);
        dispatch();
        got.clear();

        queue.putBack(4, 2, 0);
        queue.putBack(4, 3, 0);
        queue.visibleUpTo(5);
        dispatch();
        assertThat(got).containsExactly(2L, 3L, 5L);
    }

    @Test
    void whenOneIsWithoutCreditTheOthersShareInTurn() {
        QueueConsumer a = consumer(3);
        QueueConsumer b = consumer(1);
        for (int i = 0; i < 10; i++) {
            add(4);
        }
        queue.visibleUpTo(10);
        dispatch();
        assertThat(a.deliveredMessages()).isEqualTo(3);
        assertThat(b.deliveredMessages()).isEqualTo(1);
        assertThat(got).containsExactly(1L, 2L, 3L, 4L);
    }
}
