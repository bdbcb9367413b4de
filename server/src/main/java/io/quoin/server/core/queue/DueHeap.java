// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * Numbers ordered by a due time, and by a second number where times are equal: a binary heap in two columns.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class DueHeap {
    /** Entries in one piece of the columns, which grow by pieces so that growing takes no time. */
    private static final int PIECE_BITS = 12;

    private static final int PIECE = 1 << PIECE_BITS;
    private static final int ROOM_LEAST = 16;

    private long[][] due = {new long[ROOM_LEAST]};
    private long[][] item = {new long[ROOM_LEAST]};
    private int size;

    int size() {
        return size;
    }

    /** The earliest due time; {@code Long.MAX_VALUE} if there is none. */
    long firstDue() {
        return size == 0 ? Long.MAX_VALUE : due[0][0];
    }

    /** The item of the earliest due time, and of these the lowest. There is one. */
    long first() {
        return item[0][0];
    }

    void add(long dueMs, long number) {
        makeRoom();
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!before(dueMs, number, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, dueMs, number);
    }

    void removeFirst() {
        size--;
        long lastDue = due(size);
        long last = item(size);
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && before(due(child + 1), item(child + 1), child)) {
                child++;
            }
            if (before(lastDue, last, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, lastDue, last);
    }

    /** Takes a due time and its item. */
    interface Visitor {
        void visit(long dueMs, long item);
    }

    /** Shows all entries, in no order. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < size; i++) {
            visitor.visit(due(i), item(i));
        }
    }

    private void makeRoom() {
        int piece = size >> PIECE_BITS;
        if (piece == 0 && size == due[0].length) {
            due[0] = Arrays.copyOf(due[0], 2 * size);
            item[0] = Arrays.copyOf(item[0], 2 * size);
        } else if (piece > 0 && (size & PIECE - 1) == 0 && (piece == due.length || due[piece] == null)) {
            if (piece == due.length) {
                due = Arrays.copyOf(due, 2 * piece);
                item = Arrays.copyOf(item, 2 * piece);
            }
            due[piece] = new long[PIECE];
            item[piece] = new long[PIECE];
        }
    }

    private long due(int index) {
        return due[index >> PIECE_BITS][index & PIECE - 1];
    }

    private long item(int index) {
        return item[index >> PIECE_BITS][index & PIECE - 1];
    }

    private void put(int index, long dueMs, long number) {
        due[index >> PIECE_BITS][index & PIECE - 1] = dueMs;
        item[index >> PIECE_BITS][index & PIECE - 1] = number;
    }

    private void move(int from, int to) {
        put(to, due(from), item(from));
    }

    private boolean before(long dueMs, long number, int index) {
        return dueMs < due(index) || (dueMs == due(index) && number < item(index));
    }
}
