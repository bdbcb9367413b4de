// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Checked blocks for tests. */
final class Payloads {

    private Payloads() {}

    static ByteBuffer of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer of(byte[] bytes) {
        ByteBuffer block = ByteBuffer.allocate(8 + bytes.length);
        block.putInt(4, block.capacity()).put(8, bytes);
        return withCrc(block);
    }

    /** So many bytes that depend on the id alone. */
    static ByteBuffer of(int id, int length) {
        ByteBuffer block = ByteBuffer.allocate(8 + length);
        block.putInt(4, block.capacity());
        for (int i = 0; i < length; i++) {
            block.put(8 + i, byteOf(id, i));
        }
        return withCrc(block);
    }

    private static ByteBuffer withCrc(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.array(), 4, block.capacity() - 4);
        return block.putInt(0, (int) crc.getValue());
    }

    /** Whether a record's payload is what {@link #of(int, int)} makes. */
    static boolean matches(RecordView view, int id) {
        int length = view.payloadLength() - 8;
        int at = view.payloadAt() + 8;
        for (int i = 0; i < length; i++) {
            if (view.buffer().get(at + i) != byteOf(id, i)) {
                return false;
            }
        }
        return true;
    }

    private static byte byteOf(int id, int index) {
        return (byte) (id * 31 + index * 7 + (index >>> 8));
    }

    static String text(RecordView view) {
        byte[] bytes = new byte[Math.max(0, view.payloadLength() - 8)];
        view.buffer().get(view.payloadAt() + 8, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
