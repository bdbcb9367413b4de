// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that are wrong, each with its error. */
class FrameMalformedTest {

    private static final byte[] NOTHING = {};

    static Stream<Arguments> samples() {
        return Samples.all().entrySet().stream().map(sample -> Arguments.of(sample.getKey(), sample.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everyFlippedBitIsNoticed(String name, byte[] bytes) {
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(outcome(flipped)).as(name + " bit " + bit).isNotEqualTo("read");
        }
    }

    /** The checksum is right, so that what is found is that the fields do not add up. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void fieldsThatAreTooShortOrTooLongAreRefused(String name, byte[] bytes) throws Exception {
        FrameReader reader = new FrameReader().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
        byte[] fields = Arrays.copyOfRange(bytes, reader.fieldsAt(), reader.payloadAt());
        byte[] payload = Arrays.copyOfRange(bytes, reader.payloadAt(), bytes.length);
        for (int length = 0; length <= fields.length + 2; length++) {
            if (length != fields.length && !(reader.type() == FrameType.OK && length >= Integer.BYTES)) {
                byte[] wrong = Samples.reseal(bytes, Arrays.copyOf(fields, length), payload);

                assertThat(outcome(wrong))
                        .as(name + " with " + length + " bytes")
                        .isEqualTo("BAD_FRAME");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void aPayloadIsThereIfAndOnlyIfTheTypeHasOne(String name, byte[] bytes) throws Exception {
        FrameReader reader = new FrameReader().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
        byte[] fields = Arrays.copyOfRange(bytes, reader.fieldsAt(), reader.payloadAt());
        byte[] other = reader.hasPayload() ? NOTHING : Samples.block().array();

        assertThat(outcome(Samples.reseal(bytes, fields, other)))
                .isEqualTo(reader.type().payload() == FrameType.Payload.OPTIONAL ? "read" : "BAD_FRAME");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void flagsThatMeanNothingAreRefused(String name, byte[] bytes) throws Exception {
        FrameReader reader = new FrameReader().wrap(ByteBuffer.wrap(bytes), 0, bytes.length);
        byte[] fields = Arrays.copyOfRange(bytes, reader.fieldsAt(), reader.payloadAt());
        byte[] payload = Arrays.copyOfRange(bytes, reader.payloadAt(), bytes.length);
        for (int bit = 0; bit < 8; bit++) {
            byte[] flagged = bytes.clone();
            flagged[FrameReader.FLAGS_AT] = (byte) (1 << bit);
            boolean legal = (reader.type().legalFlags() & 1 << bit) != 0;

            assertThat(outcome(Samples.reseal(flagged, fields, payload))).isEqualTo(legal ? "read" : "BAD_FRAME");
        }
    }

    /** Fields in hexadecimal, without spaces, after the type. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GOODBYE | 00000000 | have the request number 0",
                "GOODBYE | 0000 | end 2 bytes too early",
                "GOODBYE | 0000000100 | have 1 bytes too many",
                "SENT | ffffffffffffffff | not below 2^63",
                "CLIENT_ID | 00000001 ffff | have no string where one must be",
                "CLIENT_ID | 00000001 0005 61 | end 4 bytes too early",
                "CLIENT_ID | 00000001 0001 ff | have a text that is not UTF-8",
                "CLIENT_ID | 00000001 0002 c080 | have a text that is not UTF-8",
                "CLIENT_ID | 00000001 0006 eda080edb080 | have a text that is not UTF-8",
                "SESSION_OPEN | 06 | There is no acknowledge mode 6",
                "DESTINATION | 00000001 04 0001 61 ffff | There is no destination kind 4",
                "SESSION_CLOSE | 00000001 ffff 000000010000000000000001 | announce 65535 elements and have 12 bytes",
                "COMMIT | 00000001 8000000000000000 0000 | not below 2^63",
                "XA_COMMIT | 00000001 00000000 0000 0000 02 | have 2 where only 0 or 1 may be",
                "XA_PREPARE | 00000001 00000000 ffff 0000 | have no bytes where some must be",
                "AUTH | 0001 61 ffff | have no bytes where some must be",
                "ADMIN | 00000001 0001 61 4000 | announce 16384 elements and have 0 bytes",
                "ACK | 00000001 00000002 0000000000000000 04 0000 | There is no acknowledgement outcome 4",
                "ACK | 00000001 00000002 0000000000000000 00 0001 | have 19 bytes and not 35"
            })
    void fieldsThatBreakARuleAreRefusedWithASentence(FrameType type, String fields, String sentence) {
        assertRefused(frame(type, fields), ErrorCode.BAD_FRAME, sentence);
    }

    @Test
    void anXidOfMoreThan64BytesIsRefused() {
        assertRefused(
                frame(FrameType.XA_PREPARE, "00000001 00000000 0041 " + "00".repeat(65) + " 0000"),
                ErrorCode.BAD_FRAME,
                "A part of an xid has 65 bytes");
    }

    @Test
    void rangesThatFallOrOverlapAreRefused() {
        for (List<Long> range : List.of(List.of(0L, 1L), List.of(2L, 1L), List.of(1L, 2L, 2L, 3L), List.of(5L, -1L))) {
            StringBuilder fields = new StringBuilder("00000001 00000002 0000000000000000 00");
            fields.append(HexFormat.of().toHexDigits((short) (range.size() / 2)));
            range.forEach(tag -> fields.append(HexFormat.of().toHexDigits(tag)));

            assertRefused(frame(FrameType.ACK, fields.toString()), ErrorCode.BAD_FRAME, "have the range");
        }
    }

    @Test
    void somebodyElsesHelloIsTold() {
        byte[] hello = Samples.all().get("HELLO");
        byte[] fields = Arrays.copyOfRange(hello, FrameReader.HEADER_BYTES, hello.length);
        fields[0] ^= 1;

        assertRefused(Samples.reseal(hello, fields, NOTHING), ErrorCode.NOT_QUOIN, "does not begin as Quoin's does");
    }

    @Test
    void anUnknownTypeIsRefused() {
        byte[] frame = Samples.bytes(FrameWriter::heartbeat);
        for (int code : new int[] {0, 41, 127, 128, 255}) {
            frame[FrameReader.TYPE_AT] = (byte) code;

            assertRefused(
                    Samples.reseal(frame, NOTHING, NOTHING), ErrorCode.BAD_FRAME, "There is no frame type " + code);
        }
    }

    @Test
    void lengthsAreCheckedBeforeAnythingElse() {
        assertLength(
                Integer.MAX_VALUE, ErrorCode.FRAME_TOO_LARGE, "A frame of 2147483651 bytes is larger than the 16384");
        assertLength(-1, ErrorCode.FRAME_TOO_LARGE, "A frame of 4294967299 bytes is larger");
        assertLength(16_381, ErrorCode.FRAME_TOO_LARGE, "A frame of 16385 bytes");
        assertLength(11, ErrorCode.BAD_FRAME, "A frame says that it has 11 bytes");
    }

    @Test
    void theLargestAndTheSmallestFrameAreAccepted() throws Exception {
        assertThat(size(16_380)).isEqualTo(16_384);
        assertThat(size(12)).isEqualTo(16);
        assertThat(FrameReader.size(ByteBuffer.allocate(4), 1, 3, 100)).isZero();
    }

    @Test
    void theTextOfAnErrorIsCut() {
        Frame.Failure failure = new Frame.Failure(1, 9001, "x".repeat(100_000));

        assertThat(failure.text()).hasSize(ProtocolLimits.MAX_ERROR_TEXT_LENGTH);
    }

    private static void assertLength(int length, ErrorCode code, String sentence) {
        assertCode(() -> size(length), code, sentence);
    }

    private static int size(int length) throws ProtocolException {
        ByteBuffer start = ByteBuffer.allocate(4).putInt(0, length);
        return FrameReader.size(start, 0, 4, ProtocolLimits.UNTRUSTED_FRAME_BYTES);
    }

    private static byte[] frame(FrameType type, String fields) {
        byte[] header = new byte[FrameReader.HEADER_BYTES];
        header[FrameReader.TYPE_AT] = (byte) type.code();
        return Samples.reseal(header, HexFormat.of().parseHex(fields.replace(" ", "")), NOTHING);
    }

    private static void assertRefused(byte[] frame, ErrorCode code, String sentence) {
        assertCode(() -> Samples.readAll(new FrameReader(), ByteBuffer.wrap(frame), 0, frame.length), code, sentence);
    }

    private static void assertCode(ThrowingCallable call, ErrorCode code, String sentence) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessageContaining(sentence);
    }

    /** What becomes of the bytes: the error's name, "read", or "incomplete". */
    private static String outcome(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            int size = FrameReader.size(buffer, 0, bytes.length, ProtocolLimits.DEFAULT_FRAME_BYTES);
            if (size == 0 || size > bytes.length) {
                return "incomplete";
            }
            Samples.readAll(new FrameReader(), buffer, 0, size);
            return size == bytes.length ? "read" : "too long";
        } catch (ProtocolException refused) {
            return refused.code().name();
        } catch (Exception other) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), other);
        }
    }
}
