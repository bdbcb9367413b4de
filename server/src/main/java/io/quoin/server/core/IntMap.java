// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map from int to object without boxing: open addressing, linear probing, at most half full. Confined to the owner.
 *
 * @param <V> type of the values
 */
final class IntMap<V> {

    private static final int INITIAL = 8;

    private int[] keys = new int[INITIAL];
    private @Nullable Object[] values = new @Nullable Object[INITIAL];
    private int size;

    @SuppressWarnings("unchecked")
    @Nullable
    V get(int key) {
        return (V) values[find(key)];
    }

    void put(int key, V value) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int at = find(key);
        if (values[at] == null) {
            size++;
        }
        keys[at] = key;
        values[at] = value;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    V remove(int key) {
        int at = find(key);
        V removed = (V) values[at];
        if (removed != null) {
            size--;
            close(at);
        }
        return removed;
    }

    void clear() {
        Arrays.fill(values, null);
        size = 0;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The values in the order of their keys, as they are now. */
    @SuppressWarnings("unchecked")
    List<V> values() {
        int[] sorted = new int[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                sorted[count++] = keys[i];
            }
        }
        Arrays.sort(sorted);
        List<V> list = new ArrayList<>(size);
        for (int key : sorted) {
            V value = get(key);
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }

    /** Moves back what was pushed past the place that has become free, so that no search stops short of it. */
    private void close(int free) {
        int mask = keys.length - 1;
        int at = free;
        while (true) {
            at = (at + 1) & mask;
            if (values[at] == null) {
                break;
            }
            int home = mix(keys[at]) & mask;
            if (((at - home) & mask) >= ((at - free) & mask)) {
                keys[free] = keys[at];
                values[free] = values[at];
                free = at;
            }
        }
        values[free] = null;
    }

    private int find(int key) {
        int mask = keys.length - 1;
        int at = mix(key) & mask;
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new int[2 * oldKeys.length];
        values = new @Nullable Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                values[at] = oldValues[i];
            }
        }
    }

    private static int mix(int key) {
        int x = key * 0x9E3779B9;
        return x ^ (x >>> 15);
    }
}
