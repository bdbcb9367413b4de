// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntTableTest {

    @ParameterizedTest
    @ValueSource(ints = {20, 2_000, 100_000})
    void anyOrderOfPutsAndRemovalsGivesWhatAMapGives(int keys) {
        Random random = new Random(keys);
        IntTable table = new IntTable();
        Map<Integer, Integer> map = new HashMap<>();
        for (int i = 0; i < 5 * keys; i++) {
            // Low and high bits both matter: hashes of groups are spread, places are not.
            int key = random.nextBoolean() ? random.nextInt(keys) : random.nextInt(keys) << 12;
            int value = random.nextInt(3) == 0 ? 0 : random.nextInt();
            table.put(key, value);
            if (value == 0) {
                map.remove(key);
            } else {
                map.put(key, value);
            }
        }
        assertThat(table.size()).isEqualTo(map.size());
        map.forEach((key, value) -> assertThat(table.get(key)).isEqualTo(value));
        for (int key = 0; key < keys; key++) {
            assertThat(table.get(key)).isEqualTo(map.getOrDefault(key, 0));
        }
        map.keySet().forEach(key -> table.put(key, 0));
        assertThat(table.size()).isZero();
    }

    @Test
    void aClearedTableIsEmptyAndUsable() {
        IntTable table = new IntTable();
        for (int i = 1; i < 50_000; i++) {
            table.put(i, i);
        }
        table.clear();
        assertThat(table.size()).isZero();
        assertThat(table.get(7)).isZero();
        table.put(7, 9);
        assertThat(table.get(7)).isEqualTo(9);
    }
}
