// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries of one consumer that nobody has taken yet, and who may take which.
 *
 * <p>Thread: under the lock of the session's {@link Inbox}.
 */
interface Backlog {

    /**
     * Adds a delivery that has arrived.
     *
     * @return false if it is stale: the server has it back
     */
    boolean add(Delivery delivery);

    /** Adds a delivery that was taken and not used, to be taken next. */
    void addFirst(Delivery delivery);

    /** Takes the first one that {@code taker} may have, with a tag up to {@code limit}; null if there is none. */
    @Nullable
    Delivery poll(@Nullable Object taker, long limit);

    /** Whether there is one that anybody may have, with a tag up to {@code limit}. */
    boolean hasTakeable(long limit);

    /** Names all that waits, in no order. */
    void forEach(Consumer<Delivery> action);

    /** Takes out those that a test, which sees them by rising tags within each group, says yes to. */
    void removeIf(Predicate<Delivery> test);

    boolean isEmpty();

    int size();

    /** Bytes of the messages. */
    long bytes();

    /** Drops deliveries with higher tags. */
    void dropAbove(long tag);

    void clear();

    /** First come, first taken, by whomever. */
    final class InOrder implements Backlog {

        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
        private long bytes;

        @Override
        public boolean add(Delivery delivery) {
            waiting.add(delivery);
            bytes += delivery.sizeBytes();
            return true;
        }

        @Override
        public void addFirst(Delivery delivery) {
            waiting.addFirst(delivery);
            bytes += delivery.sizeBytes();
        }

        @Override
        public @Nullable Delivery poll(@Nullable Object taker, long limit) {
            if (!hasTakeable(limit)) {
                return null;
            }
            Delivery delivery = waiting.remove();
            bytes -= delivery.sizeBytes();
            return delivery;
        }

        @Override
        public boolean hasTakeable(long limit) {
            Delivery first = waiting.peek();
            return first != null && first.tag() <= limit;
        }

        @Override
        public void forEach(Consumer<Delivery> action) {
            waiting.forEach(action);
        }

        @Override
        public void removeIf(Predicate<Delivery> test) {
            waiting.removeIf(delivery -> {
                boolean leaves = test.test(delivery);
                bytes -= leaves ? delivery.sizeBytes() : 0;
                return leaves;
            });
        }

        @Override
        public boolean isEmpty() {
            return waiting.isEmpty();
        }

        @Override
        public int size() {
            return waiting.size();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void dropAbove(long tag) {
            while (!waiting.isEmpty() && waiting.getLast().tag() > tag) {
                bytes -= waiting.removeLast().sizeBytes();
            }
        }

        @Override
        public void clear() {
            waiting.clear();
            bytes = 0;
        }
    }
}
