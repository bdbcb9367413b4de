// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.auth;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {

    /** Times of this kind are negative as often as not. */
    private static final long START_NS = Long.MAX_VALUE - SECONDS.toNanos(3);

    private final FailedLogins failures = new FailedLogins();
    private final InetAddress address = address(192, 0, 2, 1);

    @Test
    void tenFailuresAreFreeAndThenDecisionsAreASecondApart() {
        fail(10, START_NS);
        assertThat(failures.delayNs(address, START_NS)).isZero();

        fail(1, START_NS);

        for (int second = 0; second <= 5; second++) {
            assertThat(failures.delayNs(address, START_NS)).isEqualTo(SECONDS.toNanos(second));
        }
        assertThat(failures.delayNs(address, START_NS)).isEqualTo(FailedLogins.TURNED_AWAY);
        assertThat(failures.delayNs(address, START_NS + SECONDS.toNanos(2))).isEqualTo(SECONDS.toNanos(4));
    }

    @Test
    void aFailureEverySixSecondsCostsNothing() {
        for (int i = 0; i < 100; i++) {
            long nowNs = START_NS + SECONDS.toNanos(6 * i);
            assertThat(failures.delayNs(address, nowNs)).isZero();
            fail(1, nowNs);
        }
    }

    @Test
    void whateverWasTriedAMinuteOfPeaceIsEnough() {
        fail(100_000, START_NS);

        assertThat(failures.delayNs(address, START_NS + SECONDS.toNanos(59))).isZero();
        assertThat(failures.delayNs(address, START_NS + SECONDS.toNanos(59))).isPositive();
        assertThat(failures.delayNs(address, START_NS + SECONDS.toNanos(61))).isZero();
        assertThat(failures.delayNs(address, START_NS + SECONDS.toNanos(61))).isZero();
        assertThat(failures.delayNs(address, START_NS + MINUTES.toNanos(3))).isZero();
    }

    @Test
    void otherAddressesAreNotConcerned() {
        fail(100, START_NS);

        assertThat(failures.delayNs(address(192, 0, 2, 2), START_NS)).isZero();
    }

    @Test
    void addressesOfOneIpv6NetworkCountTogether() {
        for (int i = 0; i < 20; i++) {
            failures.failed(address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, i), START_NS);
        }
        InetAddress neighbour = address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9);
        InetAddress stranger = address(0x20, 1, 0xd, 0xb8, 0, 0, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9);

        failures.delayNs(neighbour, START_NS);
        assertThat(failures.delayNs(neighbour, START_NS)).isPositive();
        assertThat(failures.delayNs(stranger, START_NS)).isZero();
    }

    @Test
    void manyAddressesAreNotRememberedForEver() {
        fail(100, START_NS);
        for (int i = 0; i < 10_000; i++) {
            failures.failed(address(10, 0, i >> 8, i & 0xFF), START_NS);
        }

        assertThat(failures.delayNs(address, START_NS))
                .as("forgotten for others")
                .isZero();
        assertThat(failures.delayNs(address, START_NS)).isZero();
    }

    private void fail(int times, long nowNs) {
        for (int i = 0; i < times; i++) {
            failures.failed(address, nowNs);
        }
    }

    private static InetAddress address(int... numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
