// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.server.core.queue.QueueModel.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random operations on a queue, on a second copy that sees only the durable ones, and on a naive model. Every delivery is
 * checked for order, groups, credit and counts; after every dispatch nothing deliverable is left; the digests of both copies
 * are equal, and so is that of a queue restored from a snapshot.
 */
class MessageQueueModelTest {
    private static final boolean LONG = Boolean.getBoolean("quoin.long");
    private static final int RUNS = LONG ? 4_000 : 120;
    private static final int STEPS = 400;

    /** One random run. */
    static final class Run {
        private final Random random;
        private final Shape shape;
        private final MemoryBodies bodies = new MemoryBodies();
        private final IndexStore store;
        private final MessageQueue queue;
        private final MessageQueue copy;
        private final QueueModel model;
        private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
        private final PriorityQueue<Delayed> delayedVolatile = new PriorityQueue<>();
        private long nextPosition = 1;
        private int nextConsumer;
        private long sequence;

        private record Delayed(
                long dueAtMs, long sequence, int priority, long position, int length, long expiresAtMs, Integer group)
                implements Comparable<Delayed> {
            @Override
            public int compareTo(Delayed o) {
                return dueAtMs != o.dueAtMs ? Long.compare(dueAtMs, o.dueAtMs) : Long.compare(sequence, o.sequence);
            }
        }

        private record Filter(int remainder) implements MessageFilter {
            @Override
            public boolean matches(long position, int length, int deliveryCount) {
                return Math.floorMod(position, 3) != remainder;
            }
        }

        /** One value of a property, whose hash is that of another value too; and not every message that has it. */
        private record Equal(int value) implements MessageFilter {
            @Override
            public boolean matches(long position, int length, int deliveryCount) {
                return Math.floorMod(position, 6) == value && length % 5 != 0;
            }

            @Override
            public List<ValueTerm> terms() {
                return List.of(new ValueTerm(Property.MODULO_6, value % 4 + 1));
            }
        }

        private enum Property implements MessageProperty {
            MODULO_6;

            @Override
            public int value(long position, int length) {
                int value = Math.floorMod(position, 6);
                return value == 5 ? 0 : value % 4 + 1;
            }
        }

        /** Messages that were delivered before, or those that were not. */
        private record Counting(boolean again) implements MessageFilter {
            @Override
            public boolean matches(long position, int length, int deliveryCount) {
                return deliveryCount > 1 == again;
            }

            @Override
            public boolean dependsOnDeliveryCount() {
                return true;
            }
        }

        private MessageFilter filter() {
            return switch (random.nextInt(4)) {
                case 0 -> new Filter(random.nextInt(3));
                case 1 -> shape.counting ? new Counting(random.nextBoolean()) : new Filter(1);
                default -> new Equal(random.nextInt(5));
            };
        }

        /** What a run uses. */
        private record Shape(
                int priorities,
                int groups,
                int slots,
                boolean selectors,
                boolean volatiles,
                int blockLimit,
                boolean counting) {
            static Shape of(Random random) {
                int[] limits = {1, 3, 8, 64, IndexBlock.CAPACITY};
                return new Shape(
                        random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(4),
                        random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(12),
                        1 + random.nextInt(8),
                        random.nextInt(3) == 0,
                        random.nextInt(2) == 0,
                        limits[random.nextInt(limits.length)],
                        random.nextBoolean());
            }
        }

        Run(long seed) {
            random = new Random(seed);
            shape = Shape.of(random);
            store = new IndexStore(shape.blockLimit);
            queue = new MessageQueue(shape.slots, bodies, store);
            copy = new MessageQueue(shape.slots, new MemoryBodies(), new IndexStore());
            model = new QueueModel(shape.slots);
            if (random.nextInt(3) == 0) {
                queue.limitHandout();
                model.limited = true;
            }
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                if (i % 16 == 0) {
                    assertThat(digest(queue)).as("digest of the copy").isEqualTo(digest(copy));
                    checkCounts();
                }
            }
            finish();
        }

        private void step() {
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4 -> add(1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4));
                case 5 -> addDelayed();
                case 6 -> passTime(random.nextInt(400));
                case 7, 8 -> visible();
                case 9, 10, 11 -> dispatch();
                case 12, 13, 14 -> acknowledge(1 + random.nextInt(5));
                case 15 -> putBack(1 + random.nextInt(4));
                case 16 -> attach();
                case 17 -> detach();
                case 18, 19 -> credit();
                case 20 -> hold();
                case 21 -> mark();
                case 22 -> rare();
                default -> expire();
            }
        }

        private void rare() {
            switch (random.nextInt(6)) {
                case 0 -> purge();
                case 1 -> snapshot();
                case 2 -> browse();
                case 3 -> move();
                case 4 -> {
                    if (shape.counting) {
                        return; // a broker does so only at its start, when there are no consumers
                    }
                    queue.uncertain();
                    copy.uncertain();
                    System.arraycopy(model.handout, 0, model.uncertain, 0, model.handout.length);
                }
                default -> browse();
            }
        }

        private void add(int count) {
            for (int i = 0; i < count; i++) {
                int priority = priority();
                int length = 1 + random.nextInt(100);
                long expiresAtMs = expiry();
                Integer group = group();
                long position = nextPosition++;
                if (shape.volatiles && random.nextInt(3) == 0) {
                    long follows = queue.lastArrival();
                    long number =
                            queue.addedVolatile(priority, -position, length, expiresAtMs, hash(group), group != null);
                    model.messages.put(
                            number, new Message(priority, number, follows, -position, length, expiresAtMs, group));
                } else {
                    long arrival = queue.added(priority, position, length, expiresAtMs, hash(group), group != null);
                    assertThat(copy.added(priority, position, length, expiresAtMs, hash(group), group != null))
                            .isEqualTo(arrival);
                    model.messages.put(
                            arrival, new Message(priority, arrival, arrival, position, length, expiresAtMs, group));
                }
            }
        }

        private int priority() {
            return 9 - random.nextInt(shape.priorities);
        }

        private long expiry() {
            return random.nextInt(4) == 0 ? model.nowMs + 1 + random.nextInt(1500) : 0;
        }

        private Integer group() {
            return shape.groups == 0 || random.nextInt(5) == 0 ? null : random.nextInt(shape.groups) * 7919 - 20_000;
        }

        private static int hash(Integer group) {
            return group == null ? 0 : group;
        }

        private void addDelayed() {
            int priority = priority();
            int length = 1 + random.nextInt(100);
            long expiresAtMs = expiry();
            Integer group = group();
            long position = nextPosition++;
            long dueAtMs = model.nowMs + random.nextInt(100_000);
            if (shape.volatiles && random.nextBoolean()) {
                queue.delayedVolatile(dueAtMs, priority, -position, length, expiresAtMs, hash(group), group != null);
                delayedVolatile.add(new Delayed(dueAtMs, sequence++, priority, -position, length, expiresAtMs, group));
            } else {
                queue.delayed(dueAtMs, priority, position, length, expiresAtMs, hash(group), group != null);
                copy.delayed(dueAtMs, priority, position, length, expiresAtMs, hash(group), group != null);
                delayed.add(new Delayed(dueAtMs, sequence++, priority, position, length, expiresAtMs, group));
            }
        }

        private void passTime(int ms) {
            model.passTime(model.nowMs + (random.nextInt(20) == 0 ? 50_000 : ms));
            int limit = 1 + random.nextInt(5);
            int due = queue.becameDue(model.nowMs, limit);
            assertThat(copy.becameDue(model.nowMs, limit)).isEqualTo(due);
            for (int i = 0; i < due; i++) {
                Delayed d = delayed.remove();
                assertThat(d.dueAtMs).isLessThanOrEqualTo(model.nowMs);
                joined(d, queue.lastArrival() - due + 1 + i, queue.lastArrival() - due + 1 + i);
            }
            assertThat(due == limit || delayed.isEmpty() || delayed.peek().dueAtMs > model.nowMs)
                    .isTrue();
            int dueVolatile = queue.becameDueVolatile(model.nowMs, limit);
            long next = model.messages.keySet().stream()
                    .filter(a -> a < 0)
                    .mapToLong(a -> a)
                    .max()
                    .orElse(0);
            for (int i = 0; i < dueVolatile; i++) {
                Delayed d = delayedVolatile.remove();
                joined(d, find(d, next), queue.lastArrival());
            }
        }

        /** The number of a volatile message that fell due: the model does not know it. */
        private long find(Delayed d, long from) {
            List<Long> found = new ArrayList<>();
            MessageRef ref = new MessageRef();
            for (long n = MessageQueue.FIRST_VOLATILE; n < MessageQueue.FIRST_VOLATILE + nextPosition; n++) {
                if (!model.messages.containsKey(n) && queue.find(d.priority, n, ref) && ref.position() == d.position) {
                    found.add(n);
                }
            }
            assertThat(found).hasSize(1);
            return found.get(0);
        }

        private void joined(Delayed d, long arrival, long order) {
            model.messages.put(
                    arrival, new Message(d.priority, arrival, order, d.position, d.length, d.expiresAtMs, d.group));
        }

        private void visible() {
            long last = queue.lastArrival();
            model.visibleTo = random.nextBoolean() ? last : model.visibleTo + (last - model.visibleTo) / 2;
            queue.visibleUpTo(model.visibleTo);
        }

        private void dispatch() {
            model.wake();
            if (random.nextBoolean()) {
                queue.dispatch(model.nowMs, 1 + random.nextInt(10), model);
            } else {
                settle();
            }
        }

        private void settle() {
            model.wake();
            int guard = 0;
            do {
                queue.dispatch(model.nowMs, 1 + random.nextInt(50), model);
                assertThat(guard++).as("steps of dispatch").isLessThan(100_000);
            } while (queue.ready());
            model.checkQuiet();
        }

        private void acknowledge(int count) {
            for (int i = 0; i < count; i++) {
                List<Message> out = model.out();
                if (out.isEmpty()) {
                    return;
                }
                remove(out.get(random.nextInt(out.size())));
            }
        }

        private void remove(Message m) {
            queue.removed(m.priority, m.arrival, m.arrival);
            if (m.arrival > 0) {
                copy.removed(m.priority, m.arrival, m.arrival);
            }
            model.remove(m);
        }

        private void putBack(int count) {
            for (int i = 0; i < count; i++) {
                List<Message> out = model.out();
                if (out.isEmpty()) {
                    return;
                }
                Message m = out.get(random.nextInt(out.size()));
                long until = random.nextInt(3) == 0 ? model.nowMs + random.nextInt(500) : 0;
                queue.putBack(m.priority, m.arrival, until);
                model.putBack(m, until);
            }
        }

        private void attach() {
            if (model.consumers.size() < 5) {
                MessageFilter filter = shape.selectors && random.nextInt(3) > 0 ? filter() : null;
                QueueConsumer c =
                        new QueueConsumer("c" + nextConsumer++, filter, random.nextInt(4) == 0 ? 1 : 0, nextConsumer);
                queue.attach(c);
                model.consumers.add(c);
                credit(c);
            }
        }

        private void detach() {
            if (!model.consumers.isEmpty() && random.nextInt(3) == 0) {
                QueueConsumer c = model.consumers.remove(random.nextInt(model.consumers.size()));
                queue.detach(c);
                if (random.nextBoolean()) {
                    for (Message m : model.out()) {
                        if (m.at == c) {
                            queue.putBack(m.priority, m.arrival, 0);
                            model.putBack(m, 0);
                        }
                    }
                }
            }
        }

        private void credit() {
            for (QueueConsumer c : model.consumers) {
                if (random.nextBoolean()) {
                    credit(c);
                }
            }
        }

        private void credit(QueueConsumer c) {
            queue.credit(c, c.deliveredMessages() + random.nextInt(random.nextInt(4) == 0 ? 60 : 6), Long.MAX_VALUE);
        }

        private void hold() {
            List<Message> all = model.sorted();
            if (!all.isEmpty() && random.nextBoolean()) {
                Message m = all.get(random.nextInt(all.size()));
                if ((m.isOut() || (random.nextInt(4) == 0 && !model.limited)) && !m.reported) {
                    queue.hold(m.priority, m.arrival);
                    model.hold(m);
                }
            }
        }

        private void mark() {
            for (Message m : model.sorted()) {
                // Counts of messages that wait do not change.
                if (random.nextInt(8) == 0 && (m.isOut() || !shape.counting)) {
                    int delta = random.nextInt(3);
                    queue.counted(m.priority, m.arrival, m.arrival, delta);
                    m.certain += delta;
                    if (random.nextInt(3) == 0) {
                        queue.doubted(m.priority, m.arrival, m.arrival);
                        m.doubted = true;
                    }
                    if (m.arrival > 0) {
                        copy.counted(m.priority, m.arrival, m.arrival, delta);
                        if (m.doubted) {
                            copy.doubted(m.priority, m.arrival, m.arrival);
                        }
                    }
                }
            }
            int p = priority();
            long upTo = random.nextInt((int) queue.lastArrival() + 1);
            queue.handout(p, upTo);
            copy.handout(p, upTo);
            model.handout[p] = Math.max(model.handout[p], upTo);
            queue.handoutDurable(p, upTo);
            model.handoutTo[p] = Math.max(model.handoutTo[p], upTo);
        }

        private void expire() {
            List<Message> found = new ArrayList<>();
            boolean atOnce = random.nextBoolean();
            queue.expire(model.nowMs, 1 + random.nextInt(20), (priority, arrival, isVolatile, position, length) -> {
                Message m = model.messages.get(arrival);
                assertThat(m.expiresAtMs).isBetween(1L, model.nowMs);
                assertThat(m.isOut()).isFalse();
                assertThat(m.reported).isFalse();
                assertThat(position).isEqualTo(m.position);
                m.reported = true;
                if (atOnce) {
                    remove(m);
                } else {
                    found.add(m);
                }
            });
            found.forEach(this::remove);
        }

        private void purge() {
            if (random.nextInt(3) > 0) {
                return;
            }
            long upTo = random.nextBoolean() ? queue.lastArrival() : queue.lastArrival() / 2;
            queue.purged(upTo);
            copy.purged(upTo);
            model.sorted().stream()
                    .filter(m -> m.arrival > 0 && m.arrival <= upTo)
                    .forEach(model::remove);
            if (random.nextBoolean()) {
                queue.purgedVolatile();
                model.sorted().stream().filter(m -> m.arrival < 0).forEach(model::remove);
                delayedVolatile.clear();
            }
            if (random.nextBoolean()) {
                queue.purgedDelayed();
                copy.purgedDelayed();
                delayed.clear();
            }
        }

        private void move() {
            for (Message m : model.sorted()) {
                if (m.arrival > 0 && random.nextInt(10) == 0) {
                    // The model's messages keep their position; move there and back.
                    queue.moved(m.priority, m.arrival, m.position + 1_000_000);
                    queue.moved(m.priority, m.arrival, m.position);
                }
            }
        }

        private final Map<Long, byte[]> saved = new HashMap<>();
        private boolean inSnapshot;

        /** Takes a snapshot while other things happen, restores it, and compares with the state at its beginning. */
        private void snapshot() {
            if (inSnapshot) {
                return;
            }
            inSnapshot = true;
            Map<Long, byte[]> blocks = new HashMap<>();
            byte[][] state = new byte[1][];
            SnapshotSink sink = new SnapshotSink() {
                @Override
                public void keep(long blockId) {
                    blocks.put(blockId, java.util.Objects.requireNonNull(saved.get(blockId), "kept block is known"));
                }

                @Override
                public void put(long blockId, java.nio.ByteBuffer content) {
                    byte[] bytes = new byte[content.remaining()];
                    content.get(bytes);
                    assertThat(blocks.put(blockId, bytes)).isNull();
                }

                @Override
                public void queueChanges(MessageQueue changing) {
                    if (state[0] == null) {
                        state[0] = state();
                    }
                }
            };
            long digest = digest(queue);
            store.beginSnapshot(sink);
            for (int i = 0; i < 6; i++) {
                step();
                if (i == 2 && state[0] == null) {
                    state[0] = state();
                }
            }
            if (state[0] == null) {
                state[0] = state();
            }
            while (!queue.snapshot(1)) {
                step();
            }
            if (random.nextInt(5) == 0) {
                store.abortSnapshot();
            } else {
                store.endSnapshot();
                saved.clear();
                saved.putAll(blocks);
            }
            MemoryBodies other = new MemoryBodies();
            MessageQueue restored = new MessageQueue(shape.slots, other, new IndexStore());
            restored.restore(java.nio.ByteBuffer.wrap(state[0]), id -> java.nio.ByteBuffer.wrap(blocks.get(id)));
            assertThat(digest(restored)).as("digest of the restored queue").isEqualTo(digest);
            assertThat(other.live())
                    .isEqualTo(restored.stats().depth() + restored.stats().delayed());
            inSnapshot = false;
        }

        private byte[] state() {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(queue.stateBytes());
            queue.encodeState(buffer);
            assertThat(buffer.hasRemaining()).isFalse();
            return buffer.array();
        }

        private void browse() {
            MessageFilter filter = random.nextBoolean() ? null : filter();
            QueueBrowser browser = queue.browse(filter);
            List<Long> got = new ArrayList<>();
            QueueBrowser.Step step;
            do {
                step = browser.step(
                        model.nowMs,
                        1 + random.nextInt(5),
                        1 + random.nextInt(9),
                        (p, arrival, v, at, l, n, e) -> got.add(arrival));
            } while (step == QueueBrowser.Step.MORE);
            List<Long> expected = model.sorted().stream()
                    .filter(m -> !m.isOut() && !m.reported && m.restsUntilMs == 0 && m.order <= model.visibleTo)
                    .filter(m -> m.expiresAtMs == 0 || m.expiresAtMs > model.nowMs)
                    .filter(m -> model.matches(filter, m))
                    .sorted(java.util.Comparator.comparing(m -> -m.priority))
                    .map(m -> m.arrival)
                    .toList();
            assertThat(got).isEqualTo(expected);
        }

        private void checkCounts() {
            QueueStats stats = queue.stats();
            assertThat(stats.depth()).isEqualTo(model.messages.size());
            assertThat(stats.out()).isEqualTo(model.out().size());
            assertThat(stats.delayed()).isEqualTo(delayed.size() + delayedVolatile.size());
            assertThat(stats.volatileDepth())
                    .isEqualTo(
                            model.messages.keySet().stream().filter(a -> a < 0).count());
            long bytes = model.messages.values().stream()
                            .mapToLong(m -> m.length)
                            .sum()
                    + delayed.stream().mapToLong(Delayed::length).sum()
                    + delayedVolatile.stream().mapToLong(Delayed::length).sum();
            assertThat(stats.bytes()).isEqualTo(bytes);
            assertThat(queue.nextDueMs()).isEqualTo(delayed.isEmpty() ? Long.MAX_VALUE : delayed.peek().dueAtMs);
        }

        /** Everybody gets what is left, and nothing remains. */
        private void finish() {
            QueueConsumer all = new QueueConsumer("last", null, 0, -1);
            queue.attach(all);
            model.consumers.add(all);
            queue.credit(all, Long.MAX_VALUE, Long.MAX_VALUE);
            for (int round = 0;
                    round < 10_000 && !(model.messages.isEmpty() && delayed.isEmpty() && delayedVolatile.isEmpty());
                    round++) {
                model.passTime(model.nowMs + 20_000);
                passTime(0);
                model.visibleTo = queue.lastArrival();
                queue.visibleUpTo(model.visibleTo);
                for (int p = 0; p < MessageQueue.PRIORITIES; p++) {
                    queue.handoutDurable(p, queue.lastArrival());
                    model.handoutTo[p] = queue.lastArrival();
                }
                expire();
                settle();
                acknowledge(20);
            }
            assertThat(model.messages).isEmpty();
            settle();
            assertThat(bodies.live()).as("bodies still referred to").isZero();
            assertThat(digest(queue)).isEqualTo(digest(copy));
        }

        private static long digest(MessageQueue queue) {
            Digest digest = new Digest();
            queue.digest(digest);
            return digest.value();
        }
    }

    @Test
    void randomOperationsKeepOrderAndLoseNothing() {
        long first = Long.getLong("quoin.seed", 1);
        int runs = Long.getLong("quoin.seed") == null ? RUNS : 1;
        for (long seed = first; seed < first + runs; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Failed with -Dquoin.seed=" + seed, e);
            }
        }
    }
}
