// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.uri.Endpoint;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final long[] CEILINGS = {50, 100, 200, 400, 800, 1600, 3000, 3000, 3000};

    @Test
    void theFirstRoundIsAtOnceAndTheOthersTakeAShareOfADelayThatDoubles() {
        long[] most = new long[CEILINGS.length];
        for (int seed = 0; seed < 200; seed++) {
            Backoff backoff = new Backoff(0, 50, 3_000, ReconnectPolicy.ENDLESS, new Random(seed));
            assertThat(backoff.nextDelayMs()).isZero();
            for (int i = 0; i < CEILINGS.length; i++) {
                long delayMs = backoff.nextDelayMs();
                assertThat(delayMs).isBetween(0L, CEILINGS[i]);
                most[i] = Math.max(most[i], delayMs);
            }
            assertThat(backoff.isOver()).isFalse();
        }
        for (int i = 0; i < CEILINGS.length; i++) {
            assertThat(most[i]).as("delay " + i).isGreaterThan(CEILINGS[i] * 9 / 10);
        }
    }

    @Test
    void theRoundsEndWhenTheyAreUsedUp() {
        Backoff backoff = new Backoff(7, 50, 20, 2, new Random(1));

        assertThat(backoff.nextDelayMs()).isEqualTo(7);
        assertThat(backoff.isOver()).isFalse();
        assertThat(backoff.nextDelayMs()).isBetween(0L, 20L);
        assertThat(backoff.isOver()).isTrue();
    }

    @Test
    void aLinkThatEndsAtOnceDoesNotMakeTheNextOneImmediate() {
        Backoff backoff = new Backoff(0, 50, 3_000, 2, new Random(1));
        long sumMs = 0;
        for (int i = 0; i < 20; i++) {
            backoff.lost(10);
            assertThat(backoff.isOver()).isFalse();
            sumMs += backoff.nextDelayMs();
        }
        assertThat(sumMs).isGreaterThan(5_000);

        backoff.lost(60_000);
        assertThat(backoff.nextDelayMs()).isZero();
        assertThat(backoff.nextDelayMs()).isBetween(0L, 50L);
    }

    @Test
    void theServerOfTheLastConnectionIsAskedFirst() {
        Endpoint a = new Endpoint("a", 1, false);
        Endpoint b = new Endpoint("b", 1, false);
        Endpoint c = new Endpoint("c", 1, false);
        ServerList servers = new ServerList(List.of(a, b, c));

        assertThat(servers.round()).containsExactly(a, b, c);
        servers.connected(b);
        assertThat(servers.round()).containsExactly(b, c, a);
        assertThat(ServerList.shuffled(List.of(a, b, c), new Random(3)).round()).containsExactlyInAnyOrder(a, b, c);
    }
}
