// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HandsTest {

    private final Deliveries deliveries = new Deliveries();
    private final Hands hands = new Hands();

    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            deliveries.add(4, i + 1, false, i + 1, 100);
        }
    }

    @Test
    void aHandHasWhatItNamedLast() {
        deliver(5);
        hands.has(1, List.of(1L), deliveries);
        hands.has(2, List.of(2L, 3L), deliveries);
        hands.has(1, List.of(4L), deliveries);

        assertThat(hands.out(deliveries)).containsExactly(2L, 3L, 4L);
    }

    @Test
    void whatIsSettledIsInNoHand() {
        deliver(3);
        hands.has(1, List.of(1L, 2L), deliveries);
        deliveries.done(1);

        assertThat(hands.out(deliveries)).containsExactly(2L);
        hands.clear();
        assertThat(hands.out(deliveries)).isEmpty();
    }

    @Test
    void handsWithNothingLeftAreForgottenInTime() {
        deliver(200);
        for (long tag = 1; tag <= 200; tag++) {
            hands.has((int) tag, List.of(tag), deliveries);
            if (tag < 200) {
                deliveries.done(tag);
            }
        }

        assertThat(hands.out(deliveries)).containsExactly(200L);
    }
}
