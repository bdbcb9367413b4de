// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Cuts what a blocking socket gives into frames, in place. Its buffer grows only as bytes arrive, never by what a frame
 * announces, and not beyond the largest frame.
 *
 * <pre>
 * while (input.fill(stream)) {
 *     while (input.next(frame)) {
 *         ... frame holds until the next fill
 *     }
 * }
 * </pre>
 *
 * <p>Thread: confined to the one that reads.
 */
public final class FrameInput {

    /** After this many fills that left most of a large buffer unused, it is given back. */
    private static final int IDLE_FILLS = 64;

    private final int initialBytes;
    private ByteBuffer buffer;
    private int maxFrameBytes;
    /** The next byte that no frame has been cut from. */
    private int start;
    /** After the last byte that has arrived. */
    private int end;

    private int idleFills;

    /**
     * @param initialBytes how much is read at a time, as long as frames are smaller
     * @param maxFrameBytes the largest frame that is accepted
     */
    public FrameInput(int initialBytes, int maxFrameBytes) {
        this.initialBytes = initialBytes;
        this.maxFrameBytes = maxFrameBytes;
        this.buffer = ByteBuffer.allocate(initialBytes);
    }

    /** Sets the largest frame that is accepted from now on. */
    public void maxFrameBytes(int bytes) {
        this.maxFrameBytes = bytes;
    }

    /**
     * Reads what there is, once, and waits if there is nothing. Frames that were cut before are not valid any more.
     *
     * @return false at the end of the stream
     */
    public boolean fill(InputStream in) throws IOException {
        makeRoom();
        int read = in.read(buffer.array(), end, buffer.capacity() - end);
        if (read > 0) {
            end += read;
        }
        return read >= 0;
    }

    /** Takes over {@code bytes}, all of them. Frames that were cut before are not valid any more. */
    public void fill(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            makeRoom();
            int count = Math.min(bytes.remaining(), buffer.capacity() - end);
            bytes.get(buffer.array(), end, count);
            end += count;
        }
    }

    /**
     * Sets {@code frame} to the next complete frame.
     *
     * @return false if it has not arrived completely
     * @throws ProtocolException if what has arrived breaks the protocol; nothing more can be read then
     */
    public boolean next(FrameReader frame) throws ProtocolException {
        int size = FrameReader.size(buffer, start, end - start, maxFrameBytes);
        if (size == 0 || size > end - start) {
            return false;
        }
        frame.wrap(buffer, start, size);
        start += size;
        return true;
    }

    /** How many bytes wait for the rest of their frame. */
    public int pendingBytes() {
        return end - start;
    }

    /** How much memory the buffer has. */
    int capacity() {
        return buffer.capacity();
    }

    private void makeRoom() {
        int capacity = buffer.capacity();
        if (end - start == capacity) {
            // A frame fits the largest size; more than that waits here only if the caller has not cut what there is.
            replace(capacity < maxFrameBytes ? Math.min(2 * capacity, maxFrameBytes) : 2 * capacity);
        } else if (isIdle()) {
            replace(initialBytes);
        } else if (start == end) {
            start = 0;
            end = 0;
        } else if (end == capacity || start > capacity / 2) {
            replace(capacity);
        }
    }

    private boolean isIdle() {
        idleFills = buffer.capacity() > initialBytes && end < initialBytes ? idleFills + 1 : 0;
        return idleFills >= IDLE_FILLS;
    }

    /** Moves what is pending to the front, of the same buffer if it has the wanted capacity. */
    private void replace(int capacity) {
        int pending = end - start;
        if (capacity == buffer.capacity()) {
            System.arraycopy(buffer.array(), start, buffer.array(), 0, pending);
        } else {
            buffer = ByteBuffer.allocate(capacity).put(0, buffer, start, pending);
            idleFills = 0;
        }
        start = 0;
        end = pending;
    }
}
