// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.IndexStore;
import java.nio.ByteBuffer;

/**
 * Some state in a row that only grows at its end, as a rule: a block of snapshots. A snapshot takes it as it was when the
 * snapshot began, at leisure.
 *
 * <p>Thread: confined to the owner of the group.
 */
class StateChunk {

    /** Names it in snapshots. */
    private final long id;

    /** What there is, from 0 to its position. */
    private ByteBuffer buffer;
    /** One more at every change; {@link #savedAs} is what the last snapshot has. */
    private int version = 1;

    private int savedAs;
    /** A snapshot under way has not copied the buffer yet. */
    private boolean isAwaited;

    StateChunk(IndexStore blocks, int capacity) {
        id = blocks.takeBlockId();
        buffer = ByteBuffer.allocate(capacity);
    }

    /** One of a snapshot. */
    StateChunk(ByteBuffer from, SnapshotSource source) {
        id = from.getLong();
        int size = from.getInt();
        ByteBuffer content = source.block(id);
        buffer = ByteBuffer.allocate(size).put(content.slice(content.position(), size));
        savedAs = version;
    }

    /** Bytes that {@link #put} writes. */
    static int snapshotBytes() {
        return 12;
    }

    /** Writes which block it is, and freezes it. */
    Frozen put(ByteBuffer to) {
        to.putLong(id).putInt(buffer.position());
        return new Frozen(this);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    int length() {
        return buffer.position();
    }

    /** The buffer, at whose position at least {@code bytes} may be put; its capacity is at most doubled, and {@code most}. */
    ByteBuffer append(int bytes, int most) {
        if (buffer.remaining() < bytes) {
            int size = Math.max(buffer.position() + bytes, Math.min(most, 2 * buffer.capacity()));
            buffer = ByteBuffer.allocate(size).put(buffer.duplicate().flip());
        }
        version++;
        return buffer;
    }

    /** The buffer, in which something that is there is about to change. */
    ByteBuffer change() {
        if (isAwaited) {
            // The snapshot goes on with the buffer as it was.
            buffer = ByteBuffer.allocate(buffer.capacity())
                    .put(buffer.duplicate().flip());
            isAwaited = false;
        }
        version++;
        return buffer;
    }

    /** A chunk as it was when a snapshot began. */
    static final class Frozen {
        private final StateChunk chunk;
        private final ByteBuffer content;
        private final int version;

        private Frozen(StateChunk chunk) {
            this.chunk = chunk;
            this.content = chunk.buffer.duplicate().flip();
            this.version = chunk.version;
            chunk.isAwaited = true;
        }

        /** Gives it to the snapshot. */
        void giveTo(SnapshotTarget target) {
            if (chunk.savedAs == version) {
                target.keep(chunk.id);
            } else {
                target.put(chunk.id, content.duplicate());
            }
            chunk.isAwaited = false;
        }

        /** The snapshot is safe. */
        void saved() {
            chunk.savedAs = version;
        }
    }
}
