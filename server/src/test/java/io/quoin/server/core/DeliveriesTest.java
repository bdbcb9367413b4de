// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private final Deliveries deliveries = new Deliveries();

    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            deliveries.add(4, i, false, i, 10);
        }
    }

    @Test
    void whatTheClientDidNotReceiveIsCountedAnewEvenIfNothingIsOut() {
        deliver(3);
        deliveries.done(1);
        deliveries.done(2);
        deliveries.done(3);

        deliveries.reuseAbove(1);

        assertThat(deliveries.last()).isEqualTo(1);
        assertThat(deliveries.add(4, 7, false, 7, 10)).isEqualTo(2);
        assertThat(deliveries.isOut(2)).isTrue();
        assertThat(deliveries.first()).isEqualTo(2);
    }

    @Test
    void whatTheClientReceivedKeepsItsTag() {
        deliver(3);
        deliveries.done(3);

        deliveries.reuseAbove(2);

        assertThat(deliveries.last()).isEqualTo(2);
        assertThat(deliveries.isOut(1)).isTrue();
        assertThat(deliveries.isOut(2)).isTrue();
        assertThat(deliveries.count()).isEqualTo(2);
    }
}
