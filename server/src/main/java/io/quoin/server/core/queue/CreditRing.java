// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of one {@link Selection} that have credit, taken in turn, those of a higher priority first.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class CreditRing {
    /** Consumers looked at to find the one with most credit. */
    private static final int LOOKED_AT = 16;

    /** By falling priority; levels stay when they become empty. */
    private final List<Level> levels = new ArrayList<>(1);

    private int size;

    private static final class Level {
        final int priority;

        @Nullable
        QueueConsumer turn;

        Level(int priority) {
            this.priority = priority;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whose turn it is; null if nobody has credit. */
    @Nullable
    QueueConsumer next() {
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            QueueConsumer consumer = level.turn;
            if (consumer != null) {
                level.turn = consumer.nextWithCredit;
                return consumer;
            }
        }
        return null;
    }

    /** The highest priority of a consumer that has credit; {@link Integer#MIN_VALUE} if nobody has. */
    int topPriority() {
        for (int i = 0; i < levels.size(); i++) {
            if (levels.get(i).turn != null) {
                return levels.get(i).priority;
            }
        }
        return Integer.MIN_VALUE;
    }

    /** Of those whose turn is near, the one with most credit; null if nobody has any. */
    @Nullable
    QueueConsumer richest() {
        for (int i = 0; i < levels.size(); i++) {
            QueueConsumer first = levels.get(i).turn;
            if (first != null) {
                return richest(first);
            }
        }
        return null;
    }

    private static QueueConsumer richest(QueueConsumer first) {
        QueueConsumer best = first;
        QueueConsumer other = first.nextWithCredit;
        for (int n = 1; n < LOOKED_AT && other != null && other != first; n++) {
            if (other.limitMessages - other.deliveredMessages > best.limitMessages - best.deliveredMessages) {
                best = other;
            }
            other = other.nextWithCredit;
        }
        return best;
    }

    void add(QueueConsumer consumer) {
        if (consumer.nextWithCredit != null) {
            return;
        }
        Level level = level(consumer.priority());
        QueueConsumer turn = level.turn;
        if (turn == null) {
            consumer.nextWithCredit = consumer;
            consumer.previousWithCredit = consumer;
            level.turn = consumer;
        } else {
            QueueConsumer last = previous(turn);
            consumer.nextWithCredit = turn;
            consumer.previousWithCredit = last;
            last.nextWithCredit = consumer;
            turn.previousWithCredit = consumer;
        }
        size++;
    }

    void remove(QueueConsumer consumer) {
        QueueConsumer next = consumer.nextWithCredit;
        if (next == null) {
            return;
        }
        Level level = level(consumer.priority());
        if (next == consumer) {
            level.turn = null;
        } else {
            QueueConsumer previous = previous(consumer);
            previous.nextWithCredit = next;
            next.previousWithCredit = previous;
            if (level.turn == consumer) {
                level.turn = next;
            }
        }
        consumer.nextWithCredit = null;
        consumer.previousWithCredit = null;
        size--;
    }

    private static QueueConsumer previous(QueueConsumer consumer) {
        QueueConsumer previous = consumer.previousWithCredit;
        return previous == null ? consumer : previous;
    }

    private Level level(int priority) {
        int at = 0;
        while (at < levels.size() && levels.get(at).priority > priority) {
            at++;
        }
        if (at == levels.size() || levels.get(at).priority != priority) {
            levels.add(at, new Level(priority));
        }
        return levels.get(at);
    }
}
