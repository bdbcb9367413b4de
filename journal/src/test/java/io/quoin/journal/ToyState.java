// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The least state machine that needs all of a journal: things with bodies in the log that are put, deleted and moved, kept in
 * blocks of eight in snapshots.
 */
final class ToyState {
    static final int PUT = 16;
    static final int DELETE = 17;
    static final int MOVE = 18;

    private static final int IDS_PER_BLOCK = 8;

    private record Thing(long position, int length) {}

    private final TreeMap<Integer, Thing> things = new TreeMap<>();
    private final TreeSet<Long> changedBlocks = new TreeSet<>();
    private final SegmentTable segments;
    private int applied;
    private long sum;

    ToyState(SegmentTable segments) {
        this.segments = segments;
    }

    static ToyState from(SnapshotReader snapshot, SegmentTable segments) throws JournalException {
        ToyState state = new ToyState(segments);
        if (snapshot != null) {
            ByteBuffer piece = snapshot.piece(0);
            state.applied = piece.getInt();
            for (long id : snapshot.blockIds()) {
                ByteBuffer block = snapshot.block(id);
                while (block.hasRemaining()) {
                    int thing = block.getInt();
                    state.put(thing, new Thing(block.getLong(), block.getInt()));
                }
            }
            if (state.sum != snapshot.piece(1).getLong()) {
                throw new AssertionError("the snapshot's sum is not that of its blocks");
            }
            state.changedBlocks.clear();
        }
        return state;
    }

    void apply(RecordView view) {
        applied++;
        int id = view.buffer().getInt(view.fieldsAt());
        switch (view.type()) {
            case PUT -> {
                put(id, new Thing(view.position(), view.length()));
                segments.live(view.position(), view.length());
            }
            case DELETE -> {
                Thing gone = remove(id);
                segments.dead(gone.position, gone.length);
            }
            case MOVE -> {
                Thing gone = remove(id);
                segments.dead(gone.position, gone.length);
                put(id, new Thing(view.position(), view.length()));
                segments.live(view.position(), view.length());
            }
            default -> throw new AssertionError("record of type " + view.type());
        }
    }

    private void put(int id, Thing thing) {
        Thing before = things.put(id, thing);
        if (before != null) {
            throw new AssertionError(id + " is put twice");
        }
        sum += hash(id, thing);
        changedBlocks.add((long) id / IDS_PER_BLOCK);
    }

    private Thing remove(int id) {
        Thing gone = things.remove(id);
        if (gone == null) {
            throw new AssertionError(id + " is not there");
        }
        sum -= hash(id, gone);
        changedBlocks.add((long) id / IDS_PER_BLOCK);
        return gone;
    }

    private static long hash(int id, Thing thing) {
        long h = (id * 0x9E3779B97F4A7C15L) ^ (thing.position * 0xC2B2AE3D27D4EB4FL) ^ thing.length;
        h ^= h >>> 29;
        h *= 0xBF58476D1CE4E5B9L;
        return h ^ (h >>> 32);
    }

    /** How many records were applied. */
    int applied() {
        return applied;
    }

    long digest() {
        return sum * 31 + applied;
    }

    boolean has(int id) {
        return things.containsKey(id);
    }

    List<Integer> ids() {
        return new ArrayList<>(things.keySet());
    }

    long position(int id) {
        return things.get(id).position;
    }

    int payloadLength(int id) {
        return things.get(id).length - Layout.RECORD_HEAD_BYTES - 4 - 8;
    }

    List<Integer> idsIn(long segment, int segmentBytes) {
        List<Integer> found = new ArrayList<>();
        things.forEach((id, thing) -> {
            if (thing.position / segmentBytes == segment) {
                found.add(id);
            }
        });
        return found;
    }

    /** Puts what changed into a snapshot, and takes over the rest. */
    void write(SnapshotWriter writer, boolean hasPrevious) throws JournalException {
        TreeMap<Long, List<Integer>> blocks = new TreeMap<>();
        things.keySet()
                .forEach(id -> blocks.computeIfAbsent((long) id / IDS_PER_BLOCK, b -> new ArrayList<>())
                        .add(id));
        for (Map.Entry<Long, List<Integer>> e : blocks.entrySet()) {
            if (hasPrevious && !changedBlocks.contains(e.getKey())) {
                writer.keep(e.getKey());
                continue;
            }
            ByteBuffer block = ByteBuffer.allocate(e.getValue().size() * 16);
            for (int id : e.getValue()) {
                block.putInt(id).putLong(things.get(id).position).putInt(things.get(id).length);
            }
            writer.put(e.getKey(), block.flip());
        }
        writer.piece(ByteBuffer.allocate(4).putInt(0, applied));
        writer.piece(ByteBuffer.allocate(8).putLong(0, sum));
    }

    void snapshotCommitted() {
        changedBlocks.clear();
    }

    /** Checks that the journal's count of what is needed is this state's. */
    void checkLive() {
        TreeMap<Long, Integer> live = new TreeMap<>();
        things.values().forEach(t -> live.merge(segments.segmentOf(t.position), t.length, Integer::sum));
        for (long s = segments.next(0); s != 0; s = segments.next(s + 1)) {
            if (segments.liveBytes(s) != live.getOrDefault(s, 0)) {
                throw new AssertionError("segment " + s + " has " + segments.liveBytes(s) + " live bytes, and "
                        + live.getOrDefault(s, 0) + " are needed");
            }
            live.remove(s);
        }
        if (!live.isEmpty()) {
            throw new AssertionError("needed segments are not there: " + live);
        }
    }

    /** Reads every body back from the disk. */
    void checkBodies(Journal journal) throws JournalException {
        RecordView view = new RecordView();
        try (RecordReader reader = journal.newReader()) {
            for (int id : ids()) {
                reader.read(position(id), view);
                if (view.buffer().getInt(view.fieldsAt()) != id || !Payloads.matches(view, id)) {
                    throw new AssertionError("the body of " + id + " is another's");
                }
            }
        }
    }
}
