// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes on their way in one direction, first in, first out. */
final class Pipe {

    private byte[] bytes = new byte[4096];
    private int from;
    private int to;

    int size() {
        return to - from;
    }

    void add(ByteBuffer source, int offset, int length) {
        if (bytes.length - to < length) {
            byte[] target = bytes.length - size() < length ? new byte[2 * (size() + length)] : bytes;
            System.arraycopy(bytes, from, target, 0, size());
            to = size();
            from = 0;
            bytes = target;
        }
        source.get(offset, bytes, to, length);
        to += length;
    }

    /** The next {@code count} bytes, which are taken out. */
    ByteBuffer take(int count) {
        ByteBuffer taken = ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + count));
        from += count;
        return taken;
    }

    /** Moves all bytes to another pipe. */
    void moveTo(Pipe target) {
        target.add(ByteBuffer.wrap(bytes), from, size());
        clear();
    }

    /** The bytes that wait, in place. */
    ByteBuffer peek() {
        return ByteBuffer.wrap(bytes);
    }

    int peekFrom() {
        return from;
    }

    int peekTo() {
        return to;
    }

    void drop(int count) {
        from += count;
    }

    void clear() {
        from = 0;
        to = 0;
    }
}
