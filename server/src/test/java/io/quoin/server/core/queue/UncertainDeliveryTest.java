// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UncertainDeliveryTest {

    private final MessageQueue queue = new MessageQueue(16, new MemoryBodies(), new IndexStore());
    private final List<Boolean> redelivered = new ArrayList<>();

    @Test
    void anUncleanStopDoesNotFlagWhatArrivesAfterIt() {
        long before = queue.added(4, 1, 10, 0, 0, false);
        queue.handout(4, 10_000);
        queue.uncertain();
        long after = queue.added(4, 2, 10, 0, 0, false);
        queue.visibleUpTo(after);

        QueueConsumer consumer = new QueueConsumer("c", null, 0, 1);
        queue.attach(consumer);
        queue.credit(consumer, 10, Long.MAX_VALUE);
        queue.dispatch(
                0,
                100,
                (to, priority, arrival, isVolatile, position, length, count, isRedelivered, first, expires) ->
                        redelivered.add(isRedelivered));

        assertThat(before).isLessThan(after);
        assertThat(redelivered).containsExactly(true, false);
    }
}
