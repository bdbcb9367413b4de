// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * A table from longs that are not 0, and well spread, to ints; absent ones have {@value #ABSENT}.
 *
 * <p>Thread: confined to the owner of the group. Memory: 16 to 32 bytes an entry.
 */
final class LongIntTable {

    static final int ABSENT = -1;

    private static final int LEAST = 16;

    private long[] keys = new long[LEAST];
    private int[] values = new int[LEAST];
    private int size;

    int get(long key) {
        int at = find(key);
        return keys[at] == key ? values[at] : ABSENT;
    }

    void put(long key, int value) {
        int at = find(key);
        if (keys[at] == 0) {
            if (4 * (size + 1) > 3 * keys.length) {
                resize();
                at = find(key);
            }
            keys[at] = key;
            size++;
        }
        values[at] = value;
    }

    void remove(long key) {
        int gap = find(key);
        if (keys[gap] == 0) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        // What stands behind and may stand in the gap moves there.
        for (int at = gap + 1 & mask; keys[at] != 0; at = at + 1 & mask) {
            int home = (int) keys[at] & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                keys[gap] = keys[at];
                values[gap] = values[at];
                gap = at;
            }
        }
        keys[gap] = 0;
    }

    /** Where the key is, or where it belongs. */
    private int find(long key) {
        int mask = keys.length - 1;
        int at = (int) key & mask;
        while (keys[at] != 0 && keys[at] != key) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void resize() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }
}
