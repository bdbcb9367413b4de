// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.channel.AckRanges;
import io.quoin.protocol.codec.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HeldTest {

    @Test
    void itHoldsWhatAModelHolds() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Held held = new Held();
            TreeMap<Long, Frame.Claim> model = new TreeMap<>();
            long tag = 0;
            for (int i = 0; i < 500; i++) {
                switch (random.nextInt(10)) {
                    case 0 -> {
                        long first = random.nextLong(tag + 2);
                        long last = first + random.nextInt(30);
                        held.remove(first, last);
                        model.subMap(first, true, last, true).clear();
                    }
                    case 1 -> {
                        AckRanges some = new AckRanges();
                        for (long t = random.nextInt(3); t <= tag; t += 1 + random.nextInt(20)) {
                            some.add(t);
                        }
                        held.remove(some);
                        model.keySet().removeIf(some::contains);
                    }
                    case 2 -> {
                        if (random.nextInt(20) == 0) {
                            AckRanges some = new AckRanges();
                            for (long t = random.nextInt(3); t <= tag; t += 1 + random.nextInt(3)) {
                                some.add(t);
                            }
                            held.retain(List.of(some, new AckRanges()));
                            model.keySet().removeIf(t -> !some.contains(t));
                        }
                    }
                    case 3 -> {
                        if (random.nextInt(20) == 0) {
                            held.removeVolatile();
                            model.values().removeIf(claim -> claim.arrival() <= 0);
                        }
                    }
                    default -> {
                        tag += 1 + random.nextInt(2);
                        long arrival = random.nextInt(4) == 0 ? -tag : tag;
                        held.add(tag, (int) (tag % 10), arrival);
                        model.put(tag, new Frame.Claim(tag, (int) (tag % 10), arrival));
                    }
                }
                assertThat(held.claims()).as("seed " + seed).isEqualTo(new ArrayList<>(model.values()));
                assertThat(held.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }
}
