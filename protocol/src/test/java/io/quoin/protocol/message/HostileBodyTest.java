// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.WireBuffer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies made to cost memory: what is allocated follows the bytes that came, not what they announce. */
class HostileBodyTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long BYTES_PER_BYTE = 64;
    private static final long ERROR_BYTES = 16_384;
    private static final int MANY = 200_000;

    private interface Decoder {
        Object decode(ByteBuffer body) throws ProtocolException;
    }

    @BeforeEach
    void loadTheClassesFirst() throws Exception {
        measure(WireMap::read, ByteBuffer.allocate(4));
        measure(WireStream::read, ByteBuffer.allocate(4));
    }

    @Test
    void aMapThatAnnouncesMoreThanItHasCostsNothing() throws Exception {
        assertBounded(WireMap::read, ByteBuffer.allocate(100).putInt(0, -1));
        ByteBuffer longString = ByteBuffer.allocate(100).putInt(0, 1);
        longString.putShort(4, (short) 1).put(7, (byte) WireValue.STRING).putInt(8, Integer.MAX_VALUE);
        assertBounded(WireMap::read, longString);
    }

    @Test
    void aMapOfTheSmallestEntriesStaysWithinTheBound() throws Exception {
        WireBuffer out = new WireBuffer(64).i32(MANY);
        for (int i = 0; i < MANY; i++) {
            out.string(Character.toString(i % 0xD000)).u8(WireValue.NULL);
        }
        assertBounded(WireMap::read, out.flip());
    }

    @Test
    void aStreamOfTheSmallestValuesStaysWithinTheBound() throws Exception {
        assertBounded(WireStream::read, ByteBuffer.allocate(MANY));
        WireBuffer chars = new WireBuffer(64);
        WireBuffer strings = new WireBuffer(64);
        for (int i = 0; i < MANY; i++) {
            chars.u8(WireValue.CHAR).u16(i & 0xFFFF);
            strings.u8(WireValue.STRING).i32(0);
        }
        assertBounded(WireStream::read, chars.flip());
        assertBounded(WireStream::read, strings.flip());
    }

    private static void assertBounded(Decoder decoder, ByteBuffer body) throws Exception {
        assertThat(measure(decoder, body)).isLessThan(BYTES_PER_BYTE * body.remaining() + ERROR_BYTES);
    }

    private static long measure(Decoder decoder, ByteBuffer body) throws Exception {
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        try {
            assertThat(decoder.decode(body)).isNotNull();
        } catch (ProtocolException refused) {
            assertThat(refused.code()).isNotNull();
        }
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }
}
