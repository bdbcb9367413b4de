// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Peer;
import io.quoin.protocol.Permission;
import io.quoin.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in {@link FrameType}: that it is the document's, and that readers hold to it in every state. */
class FrameTableTest {

    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| ([A-Z_]+) \\| ([cs, ]+) \\|(.*)\\|$");

    static Stream<Arguments> everything() {
        return Samples.all().entrySet().stream()
                .flatMap(sample -> Stream.of(ConnectionState.values())
                        .flatMap(state -> Stream.of(Peer.values())
                                .map(peer -> Arguments.of(sample.getKey(), sample.getValue(), state, peer))));
    }

    @ParameterizedTest(name = "{0} from {3} while {2}")
    @MethodSource("everything")
    void aFrameIsAcceptedExactlyWhereTheTableSaysSo(String name, byte[] bytes, ConnectionState state, Peer sender)
            throws Exception {
        FrameReader reader = new FrameReader().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);

        assertThat(name).startsWith(reader.type().name());
        if (isLegal(reader.type(), state, sender)) {
            reader.checkLegal(sender, state);
        } else {
            assertThatThrownBy(() -> reader.checkLegal(sender, state))
                    .isInstanceOfSatisfying(
                            ProtocolException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.ILLEGAL_FRAME));
        }
    }

    /** The rules of §2 of the document, said once more in another way. */
    private static boolean isLegal(FrameType type, ConnectionState state, Peer sender) {
        boolean fromServer = sender == Peer.SERVER;
        return switch (state) {
            case NEW ->
                fromServer
                        ? type == FrameType.WELCOME || type == FrameType.AUTH_CHALLENGE || type == FrameType.ERROR
                        : type == FrameType.HELLO;
            case AUTH ->
                fromServer
                        ? type == FrameType.WELCOME || type == FrameType.AUTH_CHALLENGE || type == FrameType.ERROR
                        : type == FrameType.AUTH;
            case OPEN -> type.isSentBy(sender) && !isHandshake(type);
            case CLOSING -> type == FrameType.HEARTBEAT || (fromServer && type.isSentBy(sender) && !isHandshake(type));
            case CLOSED -> false;
        };
    }

    private static boolean isHandshake(FrameType type) {
        return switch (type) {
            case HELLO, AUTH_CHALLENGE, AUTH, WELCOME -> true;
            default -> false;
        };
    }

    @Test
    void everyTypeHasASample() {
        assertThat(Samples.all().keySet().stream()
                        .map(name -> name.split(" ")[0])
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(FrameType.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void everyTypeIsFoundByItsCode(FrameType type) {
        assertThat(FrameType.valueOf((byte) type.code())).isSameAs(type);
    }

    @Test
    void otherCodesAreNobodys() {
        long known = 0;
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            known += FrameType.valueOf((byte) code) == null ? 0 : 1;
        }
        assertThat(known).isEqualTo(FrameType.values().length);
    }

    @Test
    void theDocumentHasTheSameTable() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "protocol.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                documented.put(row.group(2), row.group(1) + " from " + row.group(3) + flags(row.group(4)));
            }
        }
        Map<String, String> implemented = new TreeMap<>();
        for (FrameType type : FrameType.values()) {
            implemented.put(type.name(), describe(type));
        }

        assertThat(documented).isEqualTo(implemented);
    }

    private static String describe(FrameType type) {
        String from = Stream.of(Peer.values())
                .filter(type::isSentBy)
                .map(peer -> peer == Peer.CLIENT ? "c" : "s")
                .collect(Collectors.joining(", "));
        return type.code() + " from " + from + " flags " + type.legalFlags();
    }

    /** "Flags: 1 PERSISTENT, 2 WAITING" in a row. */
    private static String flags(String row) {
        int at = row.indexOf("Flags: ");
        int mask = 0;
        Matcher flag = Pattern.compile("(\\d+) [A-Z_]+").matcher(at < 0 ? "" : row.substring(at));
        while (flag.find()) {
            mask |= Integer.parseInt(flag.group(1));
        }
        return " flags " + mask;
    }

    @Test
    void permissionsAreAskedWhereSomethingIsTouched() {
        Map<FrameType, Permission> expected = Map.of(
                FrameType.SEND, Permission.SEND,
                FrameType.CONSUMER_OPEN, Permission.CONSUME,
                FrameType.UNSUBSCRIBE, Permission.DURABLE,
                FrameType.BROWSE_OPEN, Permission.BROWSE,
                FrameType.ADMIN, Permission.MANAGE);

        for (FrameType type : FrameType.values()) {
            Permission permission = expected.getOrDefault(type, Permission.NONE);
            for (Permission wanted : Permission.values()) {
                assertThat(type.needs(wanted, 0)).as(type + " " + wanted).isEqualTo(wanted == permission);
            }
        }
        assertThat(FrameType.CONSUMER_OPEN.needs(Permission.DURABLE, FrameFlags.CONSUMER_DURABLE))
                .isTrue();
    }
}
