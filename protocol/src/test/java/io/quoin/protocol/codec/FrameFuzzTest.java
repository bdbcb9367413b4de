// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged frames: whatever comes, the answer is a frame or a {@link ProtocolException}. The seed is fixed, so that a
 * failure comes again; {@code -Plong} uses many seeds.
 */
class FrameFuzzTest {

    private static final long SEED = 1_122;
    private static final int ROUNDS = 300_000;

    private final List<byte[]> samples = List.copyOf(Samples.all().values());

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noFrameBreaksTheReader() {
        int seeds = Boolean.getBoolean("quoin.long") ? 60 : 1;
        for (long seed = SEED; seed < SEED + seeds; seed++) {
            fuzz(seed);
        }
    }

    private void fuzz(long seed) {
        Random random = new Random(seed);
        FrameReader reader = new FrameReader();
        ByteBuffer direct = ByteBuffer.allocateDirect(1 << 20);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(random);
            ByteBuffer buffer = random.nextInt(4) == 0
                    ? direct.clear().put(0, damaged).limit(damaged.length)
                    : ByteBuffer.wrap(damaged);
            tryToRead(reader, buffer, damaged, seed);
        }
    }

    private static void tryToRead(FrameReader reader, ByteBuffer buffer, byte[] damaged, long seed) {
        try {
            int at = 0;
            int size = FrameReader.size(buffer, 0, damaged.length, ProtocolLimits.DEFAULT_FRAME_BYTES);
            while (size > 0 && size <= damaged.length - at) {
                Samples.readAll(reader, buffer, at, size);
                at += size;
                size = FrameReader.size(buffer, at, damaged.length - at, ProtocolLimits.DEFAULT_FRAME_BYTES);
            }
        } catch (ProtocolException refused) {
            // As it should be.
        } catch (Exception | StackOverflowError | OutOfMemoryError broken) {
            throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(damaged), broken);
        }
    }

    private byte[] damage(Random random) {
        byte[] bytes = samples.get(random.nextInt(samples.size())).clone();
        for (int change = random.nextInt(4); change > 0; change--) {
            bytes = change(bytes, random);
        }
        // Most damage would end at the checksum; three in four get a right one.
        return random.nextInt(4) == 0 ? bytes : repair(bytes);
    }

    private byte[] change(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        switch (random.nextInt(6)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt();
            case 2 -> changed[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
            case 3 -> changed = Arrays.copyOf(bytes, at);
            case 4 -> changed = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
            default -> {
                byte[] other = samples.get(random.nextInt(samples.size()));
                int count = Math.min(bytes.length - at, random.nextInt(other.length));
                System.arraycopy(other, random.nextInt(other.length - count), changed, at, count);
            }
        }
        return changed;
    }

    private static byte[] repair(byte[] bytes) {
        if (bytes.length < FrameReader.HEADER_BYTES) {
            return bytes;
        }
        int told = ByteBuffer.wrap(bytes).getShort(FrameReader.FIELDS_LENGTH_AT) & 0xFFFF;
        int payloadAt = Math.min(bytes.length, FrameReader.HEADER_BYTES + told);
        byte[] payload = Arrays.copyOfRange(bytes, payloadAt, bytes.length);
        if (payload.length >= CheckedBlock.HEADER_BYTES) {
            CheckedBlock.seal(ByteBuffer.wrap(payload), 0, payload.length, new Checksum());
        }
        byte[] fields = Arrays.copyOfRange(bytes, FrameReader.HEADER_BYTES, payloadAt);
        return Samples.reseal(bytes, fields, payload);
    }
}
