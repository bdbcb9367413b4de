// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoorkeeperTest {

    private static final long SECOND_NS = 1_000_000_000;

    private final Doorkeeper doorkeeper = new Doorkeeper(10, 4, 2, 10 * SECOND_NS);

    private static final class Guest implements Doorkeeper.Guest {
        private final InetAddress address;

        @Nullable
        ErrorCode turnedAway;

        Guest(String address) {
            try {
                this.address = InetAddress.getByName(address);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public InetAddress address() {
            return address;
        }

        @Override
        public void turnAway(ErrorCode code, String text) {
            turnedAway = code;
        }
    }

    @Test
    void theOldestIsTurnedAwayWhenTooManyWait() {
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Guest guest = new Guest("127.0.0.1");
            guests.add(guest);
            assertThat(doorkeeper.arrived(guest, i)).isTrue();
        }

        assertThat(guests)
                .extracting(guest -> guest.turnedAway != null)
                .containsExactly(true, true, false, false, false, false);
        assertThat(doorkeeper.waiting()).isEqualTo(4);
    }

    @Test
    void oneAddressMayNotTakeAllPlacesButLoopbackMay() {
        assertThat(doorkeeper.arrived(new Guest("192.0.2.1"), 0)).isTrue();
        Guest second = new Guest("192.0.2.1");
        assertThat(doorkeeper.arrived(second, 0)).isTrue();

        assertThat(doorkeeper.arrived(new Guest("192.0.2.1"), 0)).isFalse();
        assertThat(doorkeeper.arrived(new Guest("192.0.2.2"), 0)).isTrue();

        doorkeeper.opened(second);
        assertThat(doorkeeper.arrived(new Guest("192.0.2.1"), 0)).isTrue();
    }

    @Test
    void whoTakesTooLongIsTurnedAwayHoweverBusy() {
        Guest slow = new Guest("127.0.0.1");
        Guest later = new Guest("127.0.0.1");
        doorkeeper.arrived(slow, 0);
        doorkeeper.arrived(later, SECOND_NS);

        doorkeeper.expire(10 * SECOND_NS - 1);
        assertThat(slow.turnedAway).isNull();

        doorkeeper.expire(10 * SECOND_NS);
        assertThat(slow.turnedAway).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT);
        assertThat(later.turnedAway).isNull();
    }

    @Test
    void whoIsOpenIsNeverTurnedAway() {
        Guest open = new Guest("127.0.0.1");
        doorkeeper.arrived(open, 0);
        doorkeeper.opened(open);

        doorkeeper.expire(100 * SECOND_NS);
        for (int i = 0; i < 9; i++) {
            doorkeeper.arrived(new Guest("127.0.0.1"), 100 * SECOND_NS);
        }

        assertThat(open.turnedAway).isNull();
        assertThat(doorkeeper.connections()).isEqualTo(10);
    }

    @Test
    void thereAreNoMoreConnectionsThanAllowedUntilOneLeaves() {
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Guest guest = new Guest("127.0.0.1");
            guests.add(guest);
            doorkeeper.arrived(guest, 0);
            doorkeeper.opened(guest);
        }

        assertThat(doorkeeper.arrived(new Guest("127.0.0.1"), 0)).isFalse();

        doorkeeper.left(guests.get(3));
        assertThat(doorkeeper.arrived(new Guest("127.0.0.1"), 0)).isTrue();
    }
}
