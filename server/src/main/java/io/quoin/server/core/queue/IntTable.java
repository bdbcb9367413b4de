// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that are not 0 by int keys, in two columns with linear probing: 10 to 11 bytes an entry where there are many (up to
 * 21 below 6,000), nothing when empty. It shrinks again in time, so that groups that have gone cost nothing.
 *
 * <p>A table that would become large is split into parts by the upper bits of the hash, and so are the parts; so growing
 * never takes longer than a fraction of a millisecond.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class IntTable {
    private static final int ROOM_LEAST = 64;
    /** Up to this room speed counts, and above it memory: the table is fuller, and grows by less. */
    private static final int ROOM_SMALL = 1 << 13;

    private static final int ROOM_MOST = 1 << 14;
    private static final int PART_BITS = 6;
    /** Removals for each place before an almost empty table shrinks, so that one that fills now and then does not. */
    private static final int QUIET = 64;

    /** Which bits of the hash choose the part, if there are parts. */
    private final int shift;

    private IntTable @Nullable [] parts;
    private int[] keys = {};
    private int[] values = {};
    private int room;
    private int size;
    /** Removals since the table was an eighth full. */
    private long quiet;

    IntTable() {
        this(Integer.SIZE - PART_BITS);
    }

    private IntTable(int shift) {
        this.shift = shift;
    }

    /** A part of a larger table, with room for so many entries. */
    private static IntTable part(int shift, int entries) {
        IntTable part = new IntTable(shift);
        part.resize(Math.max(ROOM_LEAST, entries + entries / 4));
        return part;
    }

    int size() {
        return size;
    }

    /** The value of a key; 0 if it has none. */
    int get(int key) {
        if (size == 0) {
            return 0;
        }
        int hash = spread(key);
        IntTable leaf = leaf(hash);
        if (leaf.size == 0) {
            return 0;
        }
        return leaf.values[leaf.find(key, hash)];
    }

    /** Sets the value of a key; 0 removes it. */
    void put(int key, int value) {
        int hash = spread(key);
        IntTable leaf = leaf(hash);
        if (value != 0 && leaf.isFull()) {
            leaf.grow();
            leaf = leaf.leaf(hash);
        }
        int before = leaf.size;
        if (value == 0) {
            leaf.remove(key, hash);
        } else {
            leaf.set(key, hash, value);
        }
        if (leaf != this) {
            size += leaf.size - before;
        }
    }

    void clear() {
        parts = null;
        keys = new int[0];
        values = keys;
        room = 0;
        size = 0;
        quiet = 0;
    }

    private IntTable leaf(int hash) {
        IntTable table = this;
        for (IntTable[] below = parts; below != null; below = table.parts) {
            table = below[hash >>> table.shift & (1 << PART_BITS) - 1];
        }
        return table;
    }

    private boolean isSmall() {
        return room < ROOM_SMALL && shift == Integer.SIZE - PART_BITS;
    }

    private boolean isFull() {
        return size >= (isSmall() ? room / 4 * 3 : room / 6 * 5);
    }

    private void grow() {
        if (room < ROOM_MOST || shift < PART_BITS) {
            resize(Math.max(ROOM_LEAST, isSmall() ? room * 2 : room + room / 6));
            return;
        }
        IntTable[] below = new IntTable[1 << PART_BITS];
        for (int i = 0; i < below.length; i++) {
            below[i] = part(shift - PART_BITS, size >> PART_BITS);
        }
        int[] oldKeys = keys;
        int[] oldValues = values;
        clear();
        parts = below;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != 0) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }

    /** Where a key is, or the empty place where it would be put. */
    private int find(int key, int hash) {
        int i = place(hash);
        while (values[i] != 0 && keys[i] != key) {
            i = next(i);
        }
        return i;
    }

    private void set(int key, int hash, int value) {
        int i = find(key, hash);
        if (values[i] == 0) {
            size++;
        }
        keys[i] = key;
        values[i] = value;
    }

    private void remove(int key, int hash) {
        if (size == 0) {
            return;
        }
        int i = find(key, hash);
        if (values[i] == 0) {
            return;
        }
        size--;
        close(i);
        if (size >= room / 8) {
            quiet = 0;
        } else if (++quiet > QUIET * (long) room && room > ROOM_LEAST) {
            resize(Math.max(ROOM_LEAST, room / 2));
        }
    }

    /** Moves back what was pushed on by the entry that leaves. */
    private void close(int hole) {
        int gap = hole;
        for (int i = next(gap); values[i] != 0; i = next(i)) {
            int wanted = place(spread(keys[i]));
            if (distance(wanted, i) >= distance(gap, i)) {
                keys[gap] = keys[i];
                values[gap] = values[i];
                gap = i;
            }
        }
        values[gap] = 0;
    }

    /** Where the search for an entry begins. Its upper bits have chosen the part; here all of them count. */
    private int place(int hash) {
        int mixed = hash * 0x85EBCA6B;
        return (int) ((Integer.toUnsignedLong(mixed) * room) >>> Integer.SIZE);
    }

    private int next(int place) {
        return place + 1 == room ? 0 : place + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + room;
    }

    private void resize(int newRoom) {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = new int[newRoom];
        values = new int[newRoom];
        room = newRoom;
        quiet = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != 0) {
                int at = find(oldKeys[i], spread(oldKeys[i]));
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    private static int spread(int key) {
        int x = key * 0x9E3779B9;
        return x ^ x >>> 16;
    }
}
