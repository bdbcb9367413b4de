// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A log in memory: every record by itself, so that tests can replay any part of it. Frames follow the journal's rule. */
final class MemoryLog implements RecordSink {

    private static final int HEAD_BYTES = 16;
    /** Positions are those of a log whose segment 1 begins here. */
    static final long FIRST = 1 << 16;

    private final ByteBuffer building = ByteBuffer.allocate(HEAD_BYTES + 0xFFFF);
    private final TreeMap<Long, ByteBuffer> records = new TreeMap<>();
    private final RecordView last = new RecordView();
    private long end = FIRST;
    private long durable = FIRST;
    private long atomicBegan;
    private long forgottenTo;

    @Override
    public ByteBuffer begin(int type, int flags) {
        building.clear();
        building.putInt(8, type << 24 | flags << 16);
        return building.position(HEAD_BYTES);
    }

    @Override
    public long end() {
        return add(ByteBuffer.allocate(0));
    }

    @Override
    public long end(ByteBuffer payload) {
        return add(payload.duplicate());
    }

    private long add(ByteBuffer payload) {
        int fields = building.position() - HEAD_BYTES;
        int length = building.position() + payload.remaining();
        building.putInt(0, length).putShort(10, (short) fields);
        byte[] bytes = Arrays.copyOf(building.array(), length);
        payload.get(bytes, building.position(), payload.remaining());
        ByteBuffer record = ByteBuffer.wrap(bytes);
        records.put(end, record);
        last.wrap(record, 0, end);
        long position = end;
        end += length + 7 & ~7;
        return position;
    }

    @Override
    public RecordView last() {
        return last;
    }

    private long atomicLimit;

    @Override
    public void beginAtomic(int bytes) {
        atomicBegan = end;
        atomicLimit = end + bytes;
    }

    @Override
    public void endAtomic() {
        if (end > atomicLimit) {
            throw new IllegalStateException("an atomic batch of " + (end - atomicBegan) + " bytes was announced with "
                    + (atomicLimit - atomicBegan));
        }
        atomicBegan = 0;
    }

    @Override
    public int atomicBytesMax() {
        return 1 << 26;
    }

    @Override
    public long appended() {
        return end;
    }

    /** Everything so far becomes durable. */
    long flush() {
        durable = end;
        return durable;
    }

    long durable() {
        return durable;
    }

    void read(long position, RecordView into) {
        if (position < forgottenTo) {
            throw new IllegalStateException("the message at " + position + " was thought to be wanted by nobody");
        }
        into.wrap(records.get(position), 0, position);
    }

    /** Messages before {@code position} are not read any more; replay still sees their records. */
    void forget(long position) {
        forgottenTo = Math.max(forgottenTo, position);
    }

    /** Shows all records from {@code from} on, in their order, up to {@code to}. */
    void replay(long from, long to, Consumer<RecordView> handler) {
        for (long position : List.copyOf(records.subMap(from, to).keySet())) {
            RecordView view = new RecordView();
            view.wrap(records.get(position), 0, position);
            handler.accept(view);
        }
    }

    /** As after a crash: what was not durable is gone. */
    MemoryLog crashed() {
        MemoryLog survivor = new MemoryLog();
        survivor.records.putAll(records.headMap(durable));
        survivor.end = durable;
        survivor.durable = durable;
        return survivor;
    }

    List<Integer> types() {
        List<Integer> types = new ArrayList<>();
        replay(0, end, r -> types.add(r.type()));
        return types;
    }
}
