// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageGroupsTest {
    private static final int SLOTS = 64;

    private record Delivery(QueueConsumer to, int priority, long arrival, boolean first) {}

    private final MessageQueue queue = new MessageQueue(SLOTS, new MemoryBodies(), new IndexStore());
    private int consumers;
    private final List<Delivery> got = new ArrayList<>();
    private final List<Integer> recalled = new ArrayList<>();

    private final DeliverySink sink = new DeliverySink() {
        @Override
        public void deliver(
                QueueConsumer to,
                int priority,
                long arrival,
                boolean isVolatile,
                long position,
                int length,
                int deliveryCount,
                boolean redelivered,
                boolean groupFirst,
                long expiresAtMs) {
            got.add(new Delivery(to, priority, arrival, groupFirst));
        }

        @Override
        public void recall(QueueConsumer from, int slot) {
            recalled.add(slot);
        }
    };

    private QueueConsumer consumer(String name, long credit) {
        QueueConsumer consumer = new QueueConsumer(name, null, 0, ++consumers);
        queue.attach(consumer);
        queue.credit(consumer, credit, Long.MAX_VALUE);
        return consumer;
    }

    private long add(int priority, int group) {
        long arrival = queue.added(priority, queue.lastArrival() + 1, 10, 0, group, true);
        queue.visibleUpTo(arrival);
        return arrival;
    }

    private List<Long> dispatch() {
        return dispatch(0);
    }

    private List<Long> dispatch(long nowMs) {
        got.clear();
        do {
            queue.dispatch(nowMs, 100, sink);
        } while (queue.ready());
        return got.stream().map(Delivery::arrival).toList();
    }

    @Test
    void theWholeGroupStaysWithItsConsumerWhileSomethingIsOut() {
        consumer("a", 100);
        consumer("b", 100);
        for (int i = 0; i < 10; i++) {
            add(4, 5);
        }
        dispatch();
        Set<QueueConsumer> holders = new HashSet<>();
        got.forEach(d -> holders.add(d.to));
        assertThat(holders).hasSize(1);
        assertThat(got.stream().filter(Delivery::first)).hasSize(1);
    }

    @Test
    void whileTheHolderHasNoCreditItsGroupWaitsAndOthersGoOn() {
        QueueConsumer a = consumer("a", 1);
        add(4, 5);
        dispatch();
        QueueConsumer b = consumer("b", 100);
        long second = add(4, 5);
        long other = add(4, 6);
        assertThat(dispatch()).containsExactly(other);
        assertThat(got.get(0).to).isSameAs(b);

        queue.removed(4, 1, 1);
        assertThat(dispatch()).containsExactly(second);
        assertThat(got.get(0).to).isSameAs(b);
        assertThat(a.deliveredMessages()).isEqualTo(1);
    }

    @Test
    void aLaterMessageOfHigherPriorityDoesNotOvertakeItsGroup() {
        long low = add(1, 5);
        long high = add(9, 5);
        long otherGroup = add(8, 6);
        consumer("a", 100);
        assertThat(dispatch()).containsExactly(otherGroup, low, high);
    }

    @Test
    void aRedeliveryDelayHoldsItsGroupOnly() {
        QueueConsumer a = consumer("a", 3);
        long first = add(4, 5);
        long second = add(4, 5);
        long other = add(4, 6);
        dispatch();
        queue.putBack(4, second, 0);
        queue.putBack(4, first, 1_000);
        queue.putBack(4, other, 0);
        queue.credit(a, 100, Long.MAX_VALUE);
        assertThat(dispatch(999)).containsExactly(other);
        assertThat(queue.nextDeadlineMs()).isEqualTo(1_000);
        assertThat(dispatch(1_000)).containsExactly(first, second);
    }

    @Test
    void aPreparedBranchHoldsItsGroup() {
        QueueConsumer a = consumer("a", 1);
        long first = add(4, 5);
        long second = add(4, 5);
        dispatch();
        queue.hold(4, first);
        queue.detach(a);
        consumer("b", 100);
        assertThat(dispatch()).isEmpty();
        queue.putBack(4, first, 0);
        assertThat(dispatch()).containsExactly(first, second);
    }

    @Test
    void slotsWithMessagesAreSharedEvenly() {
        List<QueueConsumer> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(consumer("c" + i, 1_000));
        }
        for (int group = 0; group < SLOTS; group++) {
            add(4, group);
            add(4, group);
        }
        dispatch();
        Map<QueueConsumer, Integer> slots = new HashMap<>();
        got.stream().filter(Delivery::first).forEach(d -> slots.merge(d.to, 1, Integer::sum));
        // At most a tenth more than the share of 16.
        assertThat(slots.values()).allMatch(n -> n <= 17);
        assertThat(slots).hasSize(4);
    }

    @Test
    void threeSlotsWithMessagesFindThreeConsumers() {
        for (int i = 0; i < 3; i++) {
            consumer("c" + i, 1_000);
        }
        for (int group : new int[] {7, 8, 9}) {
            add(4, group);
        }
        dispatch();
        assertThat(got.stream().map(Delivery::to).distinct()).hasSize(3);
    }

    @Test
    void whenAConsumerJoinsItsSlotsMoveToItOnceTheyAreFree() {
        QueueConsumer a = consumer("a", 1_000);
        for (int group = 0; group < SLOTS; group++) {
            add(4, group);
        }
        dispatch();
        QueueConsumer b = consumer("b", 1_000);
        for (int group = 0; group < SLOTS; group++) {
            add(4, group);
        }
        dispatch();
        assertThat(got).as("what stays with the old home goes on there").allMatch(d -> d.to == a);
        assertThat(recalled).hasSizeBetween(28, 36).doesNotHaveDuplicates();
        assertThat(got).hasSize(SLOTS - recalled.size());

        queue.removed(4, 1, SLOTS);
        dispatch();
        assertThat(got).hasSize(recalled.size()).allMatch(d -> d.to == b);
    }

    @Test
    void aThousandRollbacksOfOneGroupComeAgainInOrder() {
        QueueConsumer a = consumer("a", 1_000);
        for (int i = 0; i < 2_000; i++) {
            add(4, 5);
        }
        List<Long> first = dispatch();
        for (int i = first.size() - 1; i >= 0; i--) {
            queue.putBack(4, first.get(i), 0);
        }
        queue.credit(a, 3_000, Long.MAX_VALUE);
        List<Long> again = dispatch();
        assertThat(again).isSorted().hasSize(2_000);
    }

    @Test
    void aMessageIsEvaluatedOnceForASelectorAndTheOneThatNobodyWantsStays() {
        int[] evaluated = {0};
        MessageFilter odd = (position, length, count) -> {
            evaluated[0]++;
            return position % 2 == 1;
        };
        QueueConsumer a = new QueueConsumer("a", odd, 0, 1);
        queue.attach(a);
        queue.credit(a, 10, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            add(4, i);
        }
        assertThat(dispatch()).hasSize(10);
        for (int i = 0; i < 4; i++) {
            queue.credit(a, a.limitMessages() + 10, Long.MAX_VALUE);
            assertThat(dispatch()).hasSize(10).allMatch(n -> n % 2 == 1);
        }
        queue.credit(a, 1_000, Long.MAX_VALUE);
        assertThat(dispatch()).isEmpty();
        assertThat(evaluated[0]).isEqualTo(100);
        consumer("b", 100);
        assertThat(dispatch()).hasSize(50).allMatch(n -> n % 2 == 0);
    }
}
