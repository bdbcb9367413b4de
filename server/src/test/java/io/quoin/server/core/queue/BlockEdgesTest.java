// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens exactly where one block ends and the next begins. */
class BlockEdgesTest {
    private static final int FULL = IndexBlock.CAPACITY;

    private final MemoryBodies bodies = new MemoryBodies();
    private final IndexStore store = new IndexStore();
    private final MessageQueue queue = new MessageQueue(16, bodies, store);
    private final List<Long> got = new ArrayList<>();
    private final DeliverySink sink =
            (to, priority, arrival, isVolatile, position, length, count, redelivered, first, expires) ->
                    got.add(arrival);

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            queue.added(4, queue.lastArrival() + 1, 10, 0, 0, false);
        }
        queue.visibleUpTo(queue.lastArrival());
    }

    private void consumeAll() {
        QueueConsumer consumer = new QueueConsumer("c", null, 0, 1);
        queue.attach(consumer);
        queue.credit(consumer, Long.MAX_VALUE, Long.MAX_VALUE);
        drain();
    }

    private void drain() {
        got.clear();
        while (queue.ready()) {
            queue.dispatch(0, 1_000, sink);
        }
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, FULL - 1, FULL, FULL + 1, 2 * FULL, 2 * FULL + 1})
    void allMessagesGoOutInOrderAndNothingStaysBehind(int count) {
        add(count);
        consumeAll();
        assertThat(got).isEqualTo(numbers(1, count));

        queue.removed(4, 1, count);
        assertThat(queue.depth()).isZero();
        assertThat(queue.out()).isZero();
        assertThat(bodies.live()).isZero();
        add(3);
        drain();
        assertThat(got).isEqualTo(numbers(count + 1, count + 3));
    }

    @Test
    void aRangeAcrossAnEdgeIsRemovedExactly() {
        add(3 * FULL);
        queue.removed(4, FULL - 1, FULL + 2);
        queue.removed(4, 2 * FULL, 2 * FULL);
        assertThat(queue.depth()).isEqualTo(3L * FULL - 5);
        consumeAll();
        List<Long> expected = new ArrayList<>(numbers(1, 3 * FULL));
        expected.removeAll(List.of(FULL - 1L, (long) FULL, FULL + 1L, FULL + 2L, 2L * FULL));
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void aBlockInTheMiddleIsFreedAndTheOthersStay() {
        add(3 * FULL);
        consumeAll();
        queue.removed(4, FULL + 1, 2 * FULL);
        for (long arrival : new long[] {1, FULL, FULL + 1, 2 * FULL, 2 * FULL + 1, 3 * FULL}) {
            queue.putBack(4, arrival, 0);
        }
        drain();
        assertThat(got).containsExactly(1L, (long) FULL, 2L * FULL + 1, 3L * FULL);
    }

    @Test
    void whatIsPutBackInAnEarlierBlockGoesFirst() {
        add(2 * FULL + 10);
        QueueConsumer consumer = new QueueConsumer("c", null, 0, 1);
        queue.attach(consumer);
        queue.credit(consumer, 2 * FULL, Long.MAX_VALUE);
        drain();
        queue.putBack(4, FULL, 0);
        queue.putBack(4, 1, 0);
        queue.putBack(4, FULL + 1, 0);
        queue.credit(consumer, Long.MAX_VALUE, Long.MAX_VALUE);
        drain();
        assertThat(got.subList(0, 4)).containsExactly(1L, (long) FULL, FULL + 1L, 2L * FULL + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FULL - 1, FULL, FULL + 1})
    void purgeUpToAnEdgeLeavesTheRest(int upTo) {
        add(2 * FULL);
        consumeAll();
        queue.putBack(4, upTo + 1, 0);
        queue.purged(upTo);
        assertThat(queue.depth()).isEqualTo(2L * FULL - upTo);
        assertThat(queue.out()).isEqualTo(2L * FULL - upTo - 1);
        drain();
        assertThat(got).containsExactly(upTo + 1L);
        assertThat(bodies.live()).isEqualTo(2 * FULL - upTo);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, FULL - 1, FULL, FULL + 1, 2 * FULL})
    void aSnapshotAtAnEdgeRestoresTheSameQueue(int count) {
        add(count);
        queue.removed(4, 1, count / 3);
        Map<Long, byte[]> blocks = new HashMap<>();
        store.beginSnapshot(new SnapshotSink() {
            @Override
            public void keep(long blockId) {
                throw new AssertionError("nothing was saved before");
            }

            @Override
            public void put(long blockId, ByteBuffer content) {
                byte[] bytes = new byte[content.remaining()];
                content.get(bytes);
                blocks.put(blockId, bytes);
            }

            @Override
            public void queueChanges(MessageQueue changing) {}
        });
        ByteBuffer state = ByteBuffer.allocate(queue.stateBytes());
        queue.encodeState(state);
        while (!queue.snapshot(1)) {
            // One block a step.
        }
        store.endSnapshot();

        MessageQueue restored = new MessageQueue(16, new MemoryBodies(), new IndexStore());
        restored.restore(state.flip(), id -> ByteBuffer.wrap(blocks.get(id)));
        Digest expected = new Digest();
        queue.digest(expected);
        Digest actual = new Digest();
        restored.digest(actual);
        assertThat(actual.value()).isEqualTo(expected.value());
        assertThat(restored.added(4, 7, 1, 0, 0, false)).isEqualTo(count + 1L);
    }
}
