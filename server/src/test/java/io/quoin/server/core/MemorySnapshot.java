// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A snapshot in memory; blocks that have not changed come from the one before. */
final class MemorySnapshot implements SnapshotTarget, SnapshotSource {

    final long position;
    private final Map<Long, ByteBuffer> before;
    private final Map<Long, ByteBuffer> blocks = new HashMap<>();
    private final List<ByteBuffer> pieces = new ArrayList<>();
    int kept;

    MemorySnapshot(long position, MemorySnapshot before) {
        this.position = position;
        this.before = before == null ? Map.of() : before.blocks;
    }

    /** All of it at once; {@code before} is the one that the broker took or was restored from last, or null. */
    static MemorySnapshot of(Broker broker, long position, MemorySnapshot before) {
        MemorySnapshot snapshot = new MemorySnapshot(position, before);
        broker.beginSnapshot(snapshot);
        while (!broker.snapshotStep(100)) {
            // more blocks
        }
        broker.endSnapshot();
        return snapshot;
    }

    @Override
    public void put(long blockId, ByteBuffer content) {
        add(blockId, copy(content));
    }

    @Override
    public void keep(long blockId) {
        kept++;
        add(blockId, before.get(blockId));
    }

    private void add(long blockId, ByteBuffer content) {
        if (content == null) {
            throw new IllegalStateException("block " + blockId + " is not in the snapshot before");
        }
        if (blocks.put(blockId, content) != null) {
            throw new IllegalStateException("block " + blockId + " came twice");
        }
    }

    @Override
    public void piece(ByteBuffer content) {
        pieces.add(copy(content));
    }

    @Override
    public int pieces() {
        return pieces.size();
    }

    @Override
    public ByteBuffer piece(int index) {
        return pieces.get(index).duplicate();
    }

    @Override
    public ByteBuffer block(long blockId) {
        return blocks.get(blockId).duplicate();
    }

    private static ByteBuffer copy(ByteBuffer content) {
        return ByteBuffer.allocate(content.remaining()).put(content.duplicate()).flip();
    }
}
