// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;

/**
 * The slot lists that wait for one consumer's credit, the one whose first message comes first on top: by priority, then by
 * arrival. An entry may be out of date; whoever takes it looks whether it is (see {@link SlotTable}).
 *
 * <p>Thread: confined to the owner of the core.
 */
final class SlotHeap {
    private static final int ROOM_LEAST = 16;

    private int[] priorities = {};
    private int[] slots = {};
    /** The place in the order of arrival of the list's first message: see {@link IndexBlock#order} and the number. */
    private long[] orders = {};

    private long[] numbers = {};
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int firstPriority() {
        return priorities[0];
    }

    int firstSlot() {
        return slots[0];
    }

    /** Whether the first entry is about this message. */
    boolean isFirst(long order, long number) {
        return orders[0] == order && numbers[0] == number;
    }

    void clear() {
        size = 0;
    }

    void add(int priority, int slot, long order, long number) {
        if (size == slots.length) {
            int room = Math.max(ROOM_LEAST, 2 * size);
            priorities = Arrays.copyOf(priorities, room);
            slots = Arrays.copyOf(slots, room);
            orders = Arrays.copyOf(orders, room);
            numbers = Arrays.copyOf(numbers, room);
        }
        int hole = size++;
        while (hole > 0 && before(priority, order, number, (hole - 1) >>> 1)) {
            move((hole - 1) >>> 1, hole);
            hole = (hole - 1) >>> 1;
        }
        put(hole, priority, slot, order, number);
    }

    void removeFirst() {
        size--;
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && before(priorities[child + 1], orders[child + 1], numbers[child + 1], child)) {
                child++;
            }
            if (before(priorities[size], orders[size], numbers[size], child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        move(size, hole);
    }

    private void put(int at, int priority, int slot, long order, long number) {
        priorities[at] = priority;
        slots[at] = slot;
        orders[at] = order;
        numbers[at] = number;
    }

    private void move(int from, int to) {
        put(to, priorities[from], slots[from], orders[from], numbers[from]);
    }

    /** Volatile messages, whose numbers are negative, stand behind the durable one that they follow. */
    private boolean before(int priority, long order, long number, int other) {
        if (priority != priorities[other]) {
            return priority > priorities[other];
        }
        if (order != orders[other]) {
            return order < orders[other];
        }
        return Long.compareUnsigned(number, numbers[other]) < 0;
    }
}
