// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.TxSendRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a transaction sends, in order: of each message where it is and what its queues have to know of it, so that it can join them
 * without the disk. It lies in chunks, which are blocks of a snapshot; messages are taken out from the front.
 *
 * <p>A message is, all without gaps: position u64 (0: it was damaged and is gone), length u32, destination u32, groupHash u32,
 * priority u8, flags u8 (those of its record, and EXPIRES); expiresAtMs u64 if it EXPIRES; dueAtMs u64 if it is DELAYED;
 * hash u64 and second u32 of its id if it is DEDUPED; if it is for a TOPIC, count u16 and the numbers u32* of the
 * subscriptions that take it.
 *
 * <p>Thread: confined to the owner of the group. Memory: 22 to 38 bytes for a message to a queue.
 */
final class LoggedSends {

    /** As much as a step of a snapshot copies in a moment. */
    private static final int CHUNK_BYTES = 64 << 10;

    private static final int CHUNK_BYTES_LEAST = 256;
    private static final int LENGTH_AT = 8;
    private static final int DESTINATION_AT = 12;
    private static final int HASH_AT = 16;
    private static final int PRIORITY_AT = 20;
    private static final int FLAGS_AT = 21;
    private static final int FIXED = 22;
    /** Where a walk over all messages begins. */
    private static final long FRONT = Long.MIN_VALUE;
    /** In place of a flag that these records do not have. */
    private static final int EXPIRES = SendRecord.MOVED;

    private final List<Chunk> chunks = new ArrayList<>();
    private final TreeSet<Integer> destinations = new TreeSet<>();
    /** Messages that were taken out; of those the ones in the first chunk, in bytes. */
    private int taken;

    private int takenBytes;
    private int count;
    private long bytes;

    /** Some messages in a row, and between which positions they lie. */
    private static final class Chunk extends StateChunk {
        private long lowest = Long.MAX_VALUE;
        private long highest;

        private Chunk(IndexStore blocks, int capacity) {
            super(blocks, capacity);
        }

        private Chunk(ByteBuffer from, SnapshotSource source) {
            super(from, source);
        }

        private boolean mayHave(long from, long to) {
            return from == FRONT || (lowest < to && highest >= from);
        }

        private void saw(long position) {
            if (position != 0) {
                lowest = Math.min(lowest, position);
                highest = Math.max(highest, position);
            }
        }
    }

    /** Messages that are there. */
    int count() {
        return count;
    }

    /** Messages that were taken out. */
    int taken() {
        return taken;
    }

    /** Bytes of the messages that are there. */
    long bytes() {
        return bytes;
    }

    /** Where messages go, or went. */
    Set<Integer> destinations() {
        return destinations;
    }

    // --- changes

    /** Takes in a {@code TX_SEND}. */
    void add(RecordView record, IndexStore blocks) {
        boolean expires = SendRecord.expiresAtMs(record) != 0;
        boolean topic = (record.flags() & SendRecord.TOPIC) != 0;
        int takers = TxSendRecord.takerCount(record);
        int needed = FIXED
                + (expires ? 8 : 0)
                + (SendRecord.isDelayed(record) ? 8 : 0)
                + (SendRecord.isDeduped(record) ? SendRecord.DEDUP_BYTES : 0)
                + (topic ? 2 + 4 * takers : 0);
        Chunk chunk = room(needed, blocks);
        int flags = record.flags() & (SendRecord.GROUPED | SendRecord.DELAYED | SendRecord.TOPIC | SendRecord.DEDUPED);
        ByteBuffer to = chunk.append(needed, CHUNK_BYTES);
        to.putLong(record.position())
                .putInt(record.payloadLength())
                .putInt(SendRecord.destination(record))
                .putInt(SendRecord.groupHash(record))
                .put((byte) SendRecord.priority(record))
                .put((byte) (flags | (expires ? EXPIRES : 0)));
        if (expires) {
            to.putLong(SendRecord.expiresAtMs(record));
        }
        if (SendRecord.isDelayed(record)) {
            to.putLong(SendRecord.dueAtMs(record));
        }
        if (SendRecord.isDeduped(record)) {
            to.putLong(SendRecord.dedupHash(record)).putInt(SendRecord.dedupSecond(record));
        }
        if (topic) {
            to.putShort((short) takers);
            for (int i = 0; i < takers; i++) {
                to.putInt(TxSendRecord.taker(record, i));
            }
        }
        chunk.saw(record.position());
        count++;
        bytes += record.payloadLength();
        destinations.add(SendRecord.destination(record));
    }

    private Chunk room(int needed, IndexStore blocks) {
        Chunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.length() + needed > CHUNK_BYTES) {
            last = new Chunk(blocks, Math.max(needed, chunks.isEmpty() ? CHUNK_BYTES_LEAST : CHUNK_BYTES));
            chunks.add(last);
        }
        return last;
    }

    /** One of the messages is elsewhere now, or gone; returns its length in bytes, -1 if there is none at {@code from}. */
    int moved(long from, long to) {
        for (Walk walk = walk(from, from + 1); walk.next(); ) {
            if (walk.position() == from) {
                Chunk chunk = walk.chunk();
                chunk.change().putLong(walk.at, to);
                chunk.saw(to);
                return walk.length();
            }
        }
        return -1;
    }

    /** Takes out what the walk, which began at the front, has gone past, and the message that it shows. */
    void takeTo(Walk walk) {
        taken += walk.seen;
        count -= walk.seen;
        bytes -= walk.seenBytes;
        if (count == 0) {
            clear();
            return;
        }
        chunks.subList(0, walk.index).clear();
        takenBytes = walk.end;
    }

    void clear() {
        chunks.clear();
        takenBytes = 0;
        taken += count;
        count = 0;
        bytes = 0;
    }

    // --- looking

    /** Whether one of the messages lies there. */
    boolean refersTo(long position) {
        for (Walk walk = walk(position, position + 1); walk.next(); ) {
            if (walk.position() == position) {
                return true;
            }
        }
        return false;
    }

    /** Shows one message after the other, from the front. */
    Walk walk() {
        return walk(FRONT, Long.MAX_VALUE);
    }

    /** Shows messages, and all those that lie from {@code from} to before {@code to} in the log. */
    Walk walk(long from, long to) {
        return new Walk(from, to);
    }

    /** {@link #next} moves to a message, which the getters then show. */
    final class Walk {
        private final long from;
        private final long to;
        private int index;
        private int at;
        private int end = takenBytes;
        private int seen;
        private long seenBytes;

        private Walk(long from, long to) {
            this.from = from;
            this.to = to;
        }

        /** Whether there is another message, which the getters show now. */
        boolean next() {
            while (index < chunks.size() && (end == chunk().length() || !chunk().mayHave(from, to))) {
                index++;
                end = 0;
            }
            if (index == chunks.size()) {
                return false;
            }
            at = end;
            end = at + bytesOf(chunk().buffer(), at);
            seen++;
            seenBytes += length();
            return true;
        }

        private Chunk chunk() {
            return chunks.get(index);
        }

        private ByteBuffer buffer() {
            return chunk().buffer();
        }

        private boolean has(int flag) {
            return (buffer().get(at + FLAGS_AT) & flag) != 0;
        }

        /** 0: it was damaged, and is gone. */
        long position() {
            return buffer().getLong(at);
        }

        int length() {
            return buffer().getInt(at + LENGTH_AT);
        }

        int destination() {
            return buffer().getInt(at + DESTINATION_AT);
        }

        int groupHash() {
            return buffer().getInt(at + HASH_AT);
        }

        boolean isGrouped() {
            return has(SendRecord.GROUPED);
        }

        int priority() {
            return buffer().get(at + PRIORITY_AT);
        }

        /** 0: never. */
        long expiresAtMs() {
            return has(EXPIRES) ? buffer().getLong(at + FIXED) : 0;
        }

        /** 0: at once. */
        long dueAtMs() {
            return has(SendRecord.DELAYED) ? buffer().getLong(at + FIXED + (has(EXPIRES) ? 8 : 0)) : 0;
        }

        /** How many subscriptions take it; 0 if it goes to a queue. */
        int takerCount() {
            return has(SendRecord.TOPIC) ? buffer().getShort(takersAt()) & 0xFFFF : 0;
        }

        int taker(int i) {
            return buffer().getInt(takersAt() + 2 + 4 * i);
        }

        /** {@link DedupIds#NONE} if it has no id. */
        long dedupHash() {
            return has(SendRecord.DEDUPED) ? buffer().getLong(dedupAt()) : DedupIds.NONE;
        }

        int dedupSecond() {
            return buffer().getInt(dedupAt() + 8);
        }

        private int dedupAt() {
            return at + FIXED + (has(EXPIRES) ? 8 : 0) + (has(SendRecord.DELAYED) ? 8 : 0);
        }

        private int takersAt() {
            return dedupAt() + (has(SendRecord.DEDUPED) ? SendRecord.DEDUP_BYTES : 0);
        }
    }

    private static int bytesOf(ByteBuffer buffer, int at) {
        int flags = buffer.get(at + FLAGS_AT);
        int size = FIXED + ((flags & EXPIRES) == 0 ? 0 : 8) + ((flags & SendRecord.DELAYED) == 0 ? 0 : 8);
        size += (flags & SendRecord.DEDUPED) == 0 ? 0 : SendRecord.DEDUP_BYTES;
        return (flags & SendRecord.TOPIC) == 0 ? size : size + 2 + 4 * (buffer.getShort(at + size) & 0xFFFF);
    }

    void digest(Digest digest) {
        digest.add(taken);
        digest.add(count);
        digest.add(bytes);
        for (Walk walk = walk(); walk.next(); ) {
            for (int at = walk.at; at < walk.end; at++) {
                digest.add(walk.buffer().get(at));
            }
        }
    }

    // --- in a snapshot

    int snapshotBytes() {
        return 4 + 4 + 4 + 8 + 4 + chunks.size() * StateChunk.snapshotBytes();
    }

    /** Writes what is in no chunk, and adds the chunks, which the snapshot takes later. */
    void put(ByteBuffer to, List<StateChunk.Frozen> frozen) {
        to.putInt(taken).putInt(takenBytes).putInt(count).putLong(bytes).putInt(chunks.size());
        for (Chunk chunk : chunks) {
            frozen.add(chunk.put(to));
        }
    }

    void read(ByteBuffer from, SnapshotSource source) {
        taken = from.getInt();
        takenBytes = from.getInt();
        count = from.getInt();
        bytes = from.getLong();
        for (int n = from.getInt(); n > 0; n--) {
            chunks.add(new Chunk(from, source));
        }
        for (Chunk chunk : chunks) {
            for (int at = 0; at < chunk.length(); at += bytesOf(chunk.buffer(), at)) {
                chunk.saw(chunk.buffer().getLong(at));
                destinations.add(chunk.buffer().getInt(at + DESTINATION_AT));
            }
        }
    }
}
