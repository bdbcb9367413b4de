// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids of messages that one destination has stored of late, as hashes, with the time of each in seconds: for a while, and no
 * more than so many. The oldest are forgotten first.
 *
 * <p>It lies in chunks, which are blocks of a snapshot, in the order in which the messages were stored: hash u64, second u32.
 *
 * <p>Thread: confined to the owner of the group. Memory: 28 to 44 bytes an id.
 */
final class DedupWindow {

    private static final int ENTRY_BYTES = 12;
    private static final int CHUNK_BYTES_LEAST = 64 * ENTRY_BYTES;
    private static final int CHUNK_BYTES = 4_096 * ENTRY_BYTES;

    private final IndexStore blocks;
    private final LongIntTable seconds = new LongIntTable();
    private final List<StateChunk> chunks = new ArrayList<>();
    /** Where the oldest is in the first chunk. */
    private int begin;

    private int size;

    DedupWindow(IndexStore blocks) {
        this.blocks = blocks;
    }

    /** Whether the id was stored less than {@code windowS} before that second. */
    boolean has(long hash, int second, int windowS) {
        int stored = seconds.get(hash);
        return stored != LongIntTable.ABSENT && second - stored < windowS;
    }

    /** The id is stored at that second; what is {@code windowS} older, and what are more than {@code max}, is forgotten. */
    void add(long hash, int second, int windowS, int max) {
        while (size > 0 && (size >= max || second - chunks.get(0).buffer().getInt(begin + 8) >= windowS)) {
            forgetOldest();
        }
        seconds.put(hash, second);
        StateChunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.length() == CHUNK_BYTES) {
            last = new StateChunk(blocks, chunks.isEmpty() ? CHUNK_BYTES_LEAST : CHUNK_BYTES);
            chunks.add(last);
        }
        last.append(ENTRY_BYTES, CHUNK_BYTES).putLong(hash).putInt(second);
        size++;
    }

    private void forgetOldest() {
        StateChunk first = chunks.get(0);
        long hash = first.buffer().getLong(begin);
        if (seconds.get(hash) == first.buffer().getInt(begin + 8)) {
            seconds.remove(hash); // not stored again since
        }
        begin += ENTRY_BYTES;
        size--;
        if (begin == first.length()) {
            chunks.remove(0);
            begin = 0;
        }
    }

    void digest(Digest digest) {
        digest.add(size);
        int at = begin;
        for (StateChunk chunk : chunks) {
            for (; at < chunk.length(); at += ENTRY_BYTES) {
                digest.add(chunk.buffer().getLong(at));
                digest.add(chunk.buffer().getInt(at + 8));
            }
            at = 0;
        }
    }

    // --- in a snapshot

    int snapshotBytes() {
        return 4 + 4 + chunks.size() * StateChunk.snapshotBytes();
    }

    void put(ByteBuffer to, List<StateChunk.Frozen> frozen) {
        to.putInt(begin).putInt(chunks.size());
        for (StateChunk chunk : chunks) {
            frozen.add(chunk.put(to));
        }
    }

    void read(ByteBuffer from, SnapshotSource source) {
        begin = from.getInt();
        for (int n = from.getInt(); n > 0; n--) {
            chunks.add(new StateChunk(from, source));
        }
        int at = begin;
        for (StateChunk chunk : chunks) {
            for (; at < chunk.length(); at += ENTRY_BYTES) {
                seconds.put(chunk.buffer().getLong(at), chunk.buffer().getInt(at + 8));
                size++;
            }
            at = 0;
        }
    }
}
