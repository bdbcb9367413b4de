// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that are not 0 by int keys, in two columns with linear probing: 11 to 21 bytes an entry, nothing when empty. It
 * shrinks again in time, so that groups that have gone cost nothing.
 *
 * <p>A table that would become large is split into parts by the upper bits of the hash, and so are the parts; so growing
 * never takes longer than a fraction of a millisecond.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class IntTable {
    private static final int ROOM_LEAST = 64;
    private static final int ROOM_MOST = 1 << 14;
    private static final int PART_BITS = 6;
    /** Removals for each place before an almost empty table shrinks, so that one that fills now and then does not. */
    private static final int QUIET = 64;

    /** Which bits of the hash choose the part, if there are parts. */
    private final int shift;

    private IntTable @Nullable [] parts;
    private int[] keys = {};
    private int[] values = {};
    private int mask = -1;
    private int size;
    /** Removals since the table was an eighth full. */
    private long quiet;

    IntTable() {
        this(Integer.SIZE - PART_BITS);
    }

    private IntTable(int shift) {
        this.shift = shift;
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
        int[] found = leaf.values;
        for (int i = hash & leaf.mask; found[i] != 0; i = (i + 1) & leaf.mask) {
            if (leaf.keys[i] == key) {
                return found[i];
            }
        }
        return 0;
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
        mask = -1;
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

    private boolean isFull() {
        return size >= (mask + 1) / 4 * 3;
    }

    private void grow() {
        if (mask + 1 < ROOM_MOST || shift < PART_BITS) {
            resize(Math.max(ROOM_LEAST, (mask + 1) * 2));
            return;
        }
        IntTable[] below = new IntTable[1 << PART_BITS];
        for (int i = 0; i < below.length; i++) {
            below[i] = new IntTable(shift - PART_BITS);
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

    private void set(int key, int hash, int value) {
        int i = hash & mask;
        while (values[i] != 0 && keys[i] != key) {
            i = (i + 1) & mask;
        }
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
        int i = hash & mask;
        while (values[i] != 0 && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (values[i] == 0) {
            return;
        }
        size--;
        close(i);
        if (size >= (mask + 1) / 8) {
            quiet = 0;
        } else if (++quiet > QUIET * (long) mask && mask > ROOM_LEAST) {
            resize((mask + 1) / 2);
        }
    }

    /** Moves back what was pushed on by the entry that leaves. */
    private void close(int hole) {
        int gap = hole;
        for (int i = (gap + 1) & mask; values[i] != 0; i = (i + 1) & mask) {
            int wanted = spread(keys[i]) & mask;
            if (((i - wanted) & mask) >= ((i - gap) & mask)) {
                keys[gap] = keys[i];
                values[gap] = values[i];
                gap = i;
            }
        }
        values[gap] = 0;
    }

    private void resize(int room) {
        int[] oldKeys = keys;
        int[] oldValues = values;
        keys = new int[room];
        values = new int[room];
        mask = room - 1;
        quiet = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != 0) {
                int at = spread(oldKeys[i]) & mask;
                while (values[at] != 0) {
                    at = (at + 1) & mask;
                }
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
