// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Records of volatile state, which are never on disk: messages in chunks of memory, each freed when none of its messages is
 * wanted any more; records without a message only until the next one begins. After a restart it is empty.
 *
 * <p>Thread: confined to the owner of the group. Positions are negative and rise; that of a record without a message is 0.
 */
public final class VolatileLog implements RecordSink {

    /** Larger than most messages, so that little is left over at the end; small enough that one slow message pins little. */
    private static final int CHUNK_BYTES = 1 << 20;

    /** Of the addresses of a chunk: more than any message takes. */
    private static final int CHUNK_SHIFT = 32;

    private static final int HEAD_BYTES = 16;
    private static final int FIELDS_MAX = 0xFFFF;
    /** Chunks that are kept for use again: as many as a burst of some milliseconds fills. */
    private static final int SPARE_CHUNKS = 16;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES + FIELDS_MAX);
    private final RecordView last = new RecordView();
    private final IntMap<Chunk> chunks = new IntMap<>();
    private final ArrayDeque<ByteBuffer> spares = new ArrayDeque<>();
    private Chunk current = new Chunk(ByteBuffer.allocate(0));
    private int currentNumber;
    private long usedBytes;

    /** Memory that is taken by chunks in use. */
    public long usedBytes() {
        return usedBytes;
    }

    @Override
    public ByteBuffer begin(int type, int flags) {
        head.clear();
        head.putInt(8, type << 24 | (flags & 0xFF) << 16).position(HEAD_BYTES);
        return head;
    }

    @Override
    public long end() {
        closeHead(0);
        last.wrap(head, 0, 0);
        return 0;
    }

    @Override
    public long end(ByteBuffer payload) {
        int bytes = closeHead(payload.remaining());
        int padded = (bytes + 7) & ~7;
        if (padded > current.buffer.remaining()) {
            startChunk(padded);
        }
        ByteBuffer to = current.buffer;
        int at = to.position();
        to.put(at, head, 0, head.position());
        to.put(at + head.position(), payload, payload.position(), payload.remaining());
        to.position(at + padded);
        long position = Long.MIN_VALUE + ((long) currentNumber << CHUNK_SHIFT) + at;
        last.wrap(to, at, position);
        return position;
    }

    @Override
    public RecordView last() {
        return last;
    }

    @Override
    public void beginAtomic(int bytes) {
        // Volatile records vanish together in any case.
    }

    @Override
    public void endAtomic() {
        // As above.
    }

    @Override
    public int atomicBytesMax() {
        return Integer.MAX_VALUE;
    }

    /** Always 0: there is nothing to wait for. */
    @Override
    public long appended() {
        return 0;
    }

    /** Shows the record at {@code position}, which is wanted by somebody. */
    public void read(long position, RecordView into) {
        into.wrap(chunk(position).buffer, (int) position, position);
    }

    /** One more place wants the message at {@code position}. */
    public void live(long position) {
        chunk(position).wanted++;
    }

    /** One place less wants it. */
    public void dead(long position) {
        Chunk chunk = chunk(position);
        chunk.wanted--;
        if (chunk.wanted == 0 && chunk != current) {
            free(numberOf(position), chunk);
        }
    }

    private int closeHead(int payloadBytes) {
        int bytes = head.position() + payloadBytes;
        head.putInt(0, bytes).putShort(10, (short) (head.position() - HEAD_BYTES));
        return bytes;
    }

    private void startChunk(int leastBytes) {
        if (current.wanted == 0 && chunks.get(currentNumber) != null) {
            free(currentNumber, current);
        }
        currentNumber++;
        current = new Chunk(leastBytes > CHUNK_BYTES ? ByteBuffer.allocate(leastBytes) : chunkBuffer());
        chunks.put(currentNumber, current);
        usedBytes += current.buffer.capacity();
    }

    private ByteBuffer chunkBuffer() {
        ByteBuffer spare = spares.poll();
        return spare == null ? ByteBuffer.allocate(CHUNK_BYTES) : spare.clear();
    }

    private void free(int number, Chunk chunk) {
        chunks.remove(number);
        usedBytes -= chunk.buffer.capacity();
        if (chunk.buffer.capacity() == CHUNK_BYTES && spares.size() < SPARE_CHUNKS) {
            spares.add(chunk.buffer);
        }
    }

    private Chunk chunk(long position) {
        Chunk chunk = chunks.get(numberOf(position));
        if (chunk == null) {
            throw new IllegalStateException("nobody wants the volatile message at " + position + " any more");
        }
        return chunk;
    }

    private static int numberOf(long position) {
        return (int) ((position - Long.MIN_VALUE) >>> CHUNK_SHIFT);
    }

    private static final class Chunk {
        private final ByteBuffer buffer;
        private int wanted;

        private Chunk(ByteBuffer buffer) {
            this.buffer = buffer;
        }
    }
}
