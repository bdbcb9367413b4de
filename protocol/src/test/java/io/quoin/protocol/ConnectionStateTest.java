// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import static io.quoin.protocol.ConnectionState.AUTH;
import static io.quoin.protocol.ConnectionState.CLOSED;
import static io.quoin.protocol.ConnectionState.CLOSING;
import static io.quoin.protocol.ConnectionState.NEW;
import static io.quoin.protocol.ConnectionState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionStateTest {

    private static final Map<ConnectionState, Set<ConnectionState>> EXPECTED = Map.of(
            NEW, Set.of(AUTH, OPEN, CLOSED),
            AUTH, Set.of(OPEN, CLOSED),
            OPEN, Set.of(CLOSING, CLOSED),
            CLOSING, Set.of(CLOSED),
            CLOSED, Set.of());

    static Stream<Arguments> pairs() {
        return Stream.of(ConnectionState.values())
                .flatMap(from -> Stream.of(ConnectionState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void onlyTheDocumentedTransitionsExist(ConnectionState from, ConnectionState to) {
        boolean legal = EXPECTED.get(from).contains(to);

        assertThat(from.mayBecome(to)).isEqualTo(legal);
        if (legal) {
            assertThat(from.become(to)).isSameAs(to);
        } else {
            assertThatThrownBy(() -> from.become(to)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void onlyBeforeWelcomeIsThePeerUntrusted() {
        assertThat(Stream.of(ConnectionState.values()).filter(ConnectionState::isUntrusted))
                .containsExactly(NEW, AUTH);
    }
}
