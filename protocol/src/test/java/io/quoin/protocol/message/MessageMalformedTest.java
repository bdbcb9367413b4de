// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Checksum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that are wrong: each is refused, none breaks the reader. */
class MessageMalformedTest {

    private static final long SEED = 1_123;
    private static final int ROUNDS = 100_000;

    static Stream<Arguments> samples() {
        return SampleMessages.all().entrySet().stream().map(sample -> Arguments.of(sample.getKey(), sample.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everyFlippedBitIsNoticed(String name, byte[] bytes) {
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);

            assertThatThrownBy(() -> readAll(flipped)).as(name + " bit " + bit).isInstanceOf(ProtocolException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void aMessageThatIsCutIsRefused(String name, byte[] bytes) {
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);

            assertThatThrownBy(() -> readAll(cut)).as(name + " of " + length).isInstanceOf(ProtocolException.class);
        }
    }

    /** One byte or more of the sample "text" is replaced and the checksum put right again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8  | 02 | A message has the unknown layout 2",
                "9  | 06 | There is no body type 6",
                "9  | 00 | A message without a body has",
                "10 | 40 | A message has the flags 64",
                "11 | 0a | and the priority 10",
                "12 | 00000000 | A message has a group hash that is not that of its group",
                "32 | 80 | A message has the sequence number",
                "64 | 00000000 | has its properties at 0",
                "64 | 00000049 | end",
                "64 | 7fffffff | has its properties at",
                "64 | 7fffffff7fffffff | and its body at",
                "64 | 7ffffffe80000000 | and its body at",
                "68 | 7fffffff | and its body at",
                "68 | 00000000 | and its body at 0",
                "68 | ffffffff | and its body at -1",
                "72 | 04 | have a destination of the unknown kind 4",
                "73 | ffff | A message has no destination",
                "88 | 04 | have a destination of the unknown kind 4",
                "88 | ff | A message has half a reply destination",
                "75 | ff | have a text that is not UTF-8"
            })
    void aRuleThatIsBrokenIsNamed(int at, String hex, String sentence) {
        byte[] broken = SampleMessages.all().get("text");
        byte[] with = HexFormat.of().parseHex(hex);
        System.arraycopy(with, 0, broken, at, with.length);

        assertThatThrownBy(() -> readAll(seal(broken)))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_MESSAGE))
                .hasMessageContaining(sentence);
    }

    @Test
    void aGroupMustBeAString() {
        MessageWriter writer = new MessageWriter(100);
        ByteBuffer sealed = writer.begin()
                .destination(io.quoin.protocol.DestinationKind.QUEUE, "q")
                .replyTo(null, null)
                .correlationId(null)
                .type(null)
                .property("JMSXGroupID", 17)
                .seal(1);

        assertThatThrownBy(() ->
                        new MessageView().wrap(sealed, 0, sealed.remaining()).verify())
                .hasMessageContaining("The group of a message is not a string");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "000000 | end 1 bytes too early",
                "00000001 | end 2 bytes too early",
                "00000001 0001 61 0b | have a value of the unknown type 11",
                "00000001 0001 61 08 7fffffff | end 2147483647 bytes too early",
                "00000001 0001 61 08 ffffffff | too early",
                "00000001 0001 61 0a 80000000 | too early",
                "00000001 0001 61 01 02 | have 2 where only 0 or 1 may be",
                "00000001 0001 61 08 00000001 ff | have a text that is not UTF-8",
                "00000001 ffff | have no string where one must be",
                "00000000 00 | have 1 bytes too many",
                "ffffffff | end 2 bytes too early"
            })
    void aMapThatDoesNotAddUpIsRefused(String hex, String sentence) {
        ByteBuffer body = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));

        assertThatThrownBy(() -> WireMap.read(body))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_MESSAGE))
                .hasMessageContaining(sentence);
    }

    /** With a fixed seed in the ordinary run, so that a failure comes again; {@code -Plong} uses many seeds. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noMessageBreaksTheReader() {
        int seeds = Boolean.getBoolean("quoin.long") ? 60 : 1;
        for (long seed = SEED; seed < SEED + seeds; seed++) {
            fuzz(seed);
        }
    }

    private static void fuzz(long seed) {
        Random random = new Random(seed);
        List<byte[]> samples = List.copyOf(SampleMessages.all().values());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = samples.get(random.nextInt(samples.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged = change(damaged, random);
            }
            tryToRead(random.nextInt(10) == 0 ? damaged : seal(damaged), seed);
        }
    }

    private static byte[] change(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt();
            case 2 -> changed[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
            case 3 -> changed = Arrays.copyOf(bytes, Math.max(8, at));
            case 4 -> changed = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
            case 5 -> setWord(changed, at, random.nextInt(200));
            default -> setWord(changed, at, Integer.MAX_VALUE - 8 + random.nextInt(16));
        }
        return changed;
    }

    private static void setWord(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(Math.min(at, bytes.length - Integer.BYTES), value);
    }

    private static void tryToRead(byte[] bytes, long seed) {
        try {
            readAll(bytes);
        } catch (ProtocolException refused) {
            // As it should be.
        } catch (Exception | StackOverflowError | OutOfMemoryError broken) {
            throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(bytes), broken);
        }
    }

    /** Uses every getter: after the message is verified, only the body may still be wrong. */
    private static void readAll(byte[] bytes) throws ProtocolException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        MessageView view = new MessageView().wrap(buffer, 0, bytes.length);
        view.verify();
        assertThat(view.destinationName()).isNotNull();
        assertThat(view.destinationKind()).isNotNull();
        assertThat(view.replyToKind() == null).isEqualTo(view.replyToName() == null);
        view.correlationId();
        view.correlationIdBytes();
        view.type();
        view.id();
        assertThat(view.properties().size()).isLessThanOrEqualTo(view.propertyCount());
        view.properties().keySet().forEach(name -> assertThat(name).isNotNull());
        readBody(view);
    }

    private static void readBody(MessageView view) throws ProtocolException {
        if (view.bodyType() == BodyType.TEXT) {
            view.text();
        } else if (view.bodyType() == BodyType.MAP && view.bodyLength() > 0) {
            WireMap.read(view.body());
        } else if (view.bodyType() == BodyType.STREAM) {
            WireStream.read(view.body());
        }
    }

    /** Puts length and checksum right. */
    private static byte[] seal(byte[] bytes) {
        CheckedBlock.seal(ByteBuffer.wrap(bytes), 0, bytes.length, new Checksum());
        return bytes;
    }
}
