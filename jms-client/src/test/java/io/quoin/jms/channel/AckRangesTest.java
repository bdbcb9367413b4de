// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AckRangesTest {

    @Test
    void rangesAreThoseOfTheSetWhateverTheOrder() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            AckRanges ranges = new AckRanges();
            TreeSet<Long> set = new TreeSet<>();
            int count = random.nextInt(60);
            for (int i = 0; i < count; i++) {
                long tag = 1 + random.nextInt(50);
                ranges.add(tag);
                set.add(tag);
            }

            assertThat(expand(ranges)).as("seed %d", seed).isEqualTo(new ArrayList<>(set));
            for (int i = 1; i < ranges.count(); i++) {
                assertThat(ranges.first(i)).as("apart, seed %d", seed).isGreaterThan(ranges.last(i - 1) + 1);
            }
        }
    }

    @Test
    void tagsInOrderAreOneRange() {
        AckRanges ranges = new AckRanges();
        for (long tag = 5; tag < 1000; tag++) {
            ranges.add(tag);
        }
        assertThat(ranges.count()).isEqualTo(1);
        assertThat(ranges.first(0)).isEqualTo(5);
        assertThat(ranges.last(0)).isEqualTo(999);
    }

    private static List<Long> expand(AckRanges ranges) {
        List<Long> tags = new ArrayList<>();
        for (int i = 0; i < ranges.count(); i++) {
            for (long tag = ranges.first(i); tag <= ranges.last(i); tag++) {
                tags.add(tag);
            }
        }
        return tags;
    }
}
