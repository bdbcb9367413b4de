// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * Numbers that are not 0 by int keys, in two columns with linear probing: 11 to 21 bytes an entry, nothing when empty. It
 * shrinks again in time, so that groups that have gone cost nothing.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class IntTable {
    private static final int ROOM_LEAST = 64;
    /** Removals for each place before an almost empty table shrinks, so that one that fills now and then does not. */
    private static final int QUIET = 64;

    private int[] keys = {};
    private int[] values = {};
    private int mask = -1;
    private int size;
    /** Removals since the table was an eighth full. */
    private long quiet;

    int size() {
        return size;
    }

    /** The value of a key; 0 if it has none. */
    int get(int key) {
        if (size == 0) {
            return 0;
        }
        for (int i = spread(key) & mask; values[i] != 0; i = (i + 1) & mask) {
            if (keys[i] == key) {
                return values[i];
            }
        }
        return 0;
    }

    /** Sets the value of a key; 0 removes it. */
    void put(int key, int value) {
        if (value == 0) {
            remove(key);
            return;
        }
        if (size >= (mask + 1) / 4 * 3) {
            resize(Math.max(ROOM_LEAST, (mask + 1) * 2));
        }
        int i = spread(key) & mask;
        while (values[i] != 0 && keys[i] != key) {
            i = (i + 1) & mask;
        }
        if (values[i] == 0) {
            size++;
        }
        keys[i] = key;
        values[i] = value;
    }

    void clear() {
        keys = new int[0];
        values = keys;
        mask = -1;
        size = 0;
    }

    private void remove(int key) {
        if (size == 0) {
            return;
        }
        int i = spread(key) & mask;
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
