// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Puts records into frames and frames into blocks, byte for byte as they will lie in the files. Does no I/O; confined to the
 * owner.
 *
 * <p>A frame lies in one block, and a block in one segment. Every block keeps {@link #END_ROOM} free so that its segment can be
 * ended at any time.
 */
final class Appender {
    /** An end frame, and the gap before it at the end of a page. */
    private static final int END_ROOM = 2 * Layout.FRAME_HEADER_BYTES;

    private static final int LARGEST_FIELDS = Layout.RECORD_HEAD_BYTES + Layout.FIELDS_BYTES_MAX + 1;

    private final TailRing ring;
    private final int segmentBytes;
    private final long epoch;
    private final LongSupplier random;
    private final CRC32C crc = new CRC32C();
    private final CRC32C headsCrc = new CRC32C();

    private SegmentHeader segment;
    private TailBlock block;
    private ByteBuffer buffer;

    /** Where the next record or frame goes, in the block; a multiple of 8. */
    private int tail;

    /** What {@link #appended} was when the block was begun. */
    private long endBefore;

    private int frameAt = -1;
    private int recordAt = -1;
    private int count;
    private boolean atomic;
    private int previousCrc;
    private boolean sealed = true; // nothing is there yet to be sealed
    private long durable;

    /** Begins at {@code start} in a segment whose file exists. */
    Appender(
            TailRing ring,
            SegmentHeader segment,
            long start,
            int previousCrc,
            JournalOptions options,
            LongSupplier random) {
        this.ring = ring;
        this.segment = segment;
        this.segmentBytes = segment.segmentBytes();
        this.previousCrc = previousCrc;
        this.random = random;
        this.epoch = options.epoch();
        this.durable = start;
        this.endBefore = start;
        this.block = ring.add(options.blockBytes(), segment, slotPosition(start));
        this.buffer = block.buffer;
    }

    /** The largest record that fits into any segment, with its head and padding. */
    int recordBytesMax() {
        return segmentBytes - Layout.SEGMENT_HEADER_BYTES - 2 * Layout.FRAME_HEADER_BYTES;
    }

    /** Everything before this is appended. */
    long appended() {
        return tail == 0 ? endBefore : block.start + tail; // a block may begin a little after the last frame's end
    }

    /** Checksum of the header of the last frame that was closed. */
    int previousCrc() {
        return previousCrc;
    }

    /** Bytes used of the segment before the one being filled. */
    int previousUsed() {
        return (int) (segment.previousEnd() & (segmentBytes - 1));
    }

    /** Bytes used of the segment being filled. */
    int usedOfSegment() {
        return block.header.segment() == segment.segment() ? segmentOffset() + tail : 0;
    }

    boolean hasPending() {
        return (count > 0 && frameAt >= 0) || block.end > block.taken || (ring.size() > 1 && previousPending());
    }

    private boolean previousPending() {
        TailBlock previous = ring.get(ring.size() - 2);
        return previous.end > previous.taken;
    }

    /** Puts all that was not taken yet into a batch; false if there is nothing. */
    boolean take(Batch batch) {
        Invariant.check(recordAt < 0 && !atomic, "a batch is taken inside a record or an atomic batch");
        closeFrame();
        int first = ring.size();
        while (first > 0 && (ring.get(first - 1).end > ring.get(first - 1).taken || first == ring.size())) {
            first--;
        }
        for (int i = first; i < ring.size(); i++) {
            TailBlock pending = ring.get(i);
            if (pending.end > pending.taken) {
                batch.add(pending, pending.taken, pending.end);
                pending.taken = pending.end;
            }
        }
        batch.upTo = appended();
        return batch.pieces > 0;
    }

    boolean isSealed() {
        return sealed;
    }

    /** Told by the owner so that the next frames can say so. */
    void durable(long position) {
        durable = position;
    }

    ByteBuffer begin(int type, int flags) {
        Invariant.check(recordAt < 0, "a record is begun before the one before it is ended");
        int needed = LARGEST_FIELDS + (frameAt < 0 ? 2 * Layout.FRAME_HEADER_BYTES : 0);
        if (tail + needed > block.capacity() - END_ROOM) {
            Invariant.check(!atomic, "an atomic batch has more records than it was announced with");
            closeFrame();
            nextBlock(needed);
        }
        if (frameAt < 0) {
            openFrame();
        }
        recordAt = tail;
        buffer.limit(block.capacity()).position(recordAt + Layout.RECORD_HEAD_BYTES);
        buffer.put(recordAt + RecordView.TYPE_AT, (byte) type);
        buffer.put(recordAt + RecordView.FLAGS_AT, (byte) flags);
        return buffer;
    }

    /** Forgets the record that was begun. */
    void cancel() {
        recordAt = -1;
    }

    long end(@Nullable ByteBuffer payload) {
        Invariant.check(recordAt >= 0, "no record was begun");
        int fieldsLength = buffer.position() - recordAt - Layout.RECORD_HEAD_BYTES;
        int payloadLength = payload == null ? 0 : payload.remaining();
        int total = checkedTotal(fieldsLength, payloadLength);
        if (!fits(total)) {
            Invariant.check(!atomic, "an atomic batch is longer than it was announced");
            relocate(total, Layout.RECORD_HEAD_BYTES + fieldsLength);
        }
        return finish(fieldsLength, payload, payloadLength, total);
    }

    private int checkedTotal(int fieldsLength, int payloadLength) {
        long length = (long) Layout.RECORD_HEAD_BYTES + fieldsLength + payloadLength;
        boolean possible = fieldsLength >= 0
                && fieldsLength <= Layout.FIELDS_BYTES_MAX
                && length <= recordBytesMax()
                && (payloadLength == 0 || payloadLength >= Layout.PAYLOAD_HEAD_BYTES);
        if (!possible) {
            cancel();
            throw new IllegalArgumentException("a record of " + fieldsLength + " bytes of fields and " + payloadLength
                    + " of payload is impossible: at most " + Layout.FIELDS_BYTES_MAX + " and, together, "
                    + recordBytesMax() + " bytes");
        }
        return Layout.align8((int) length);
    }

    /** Whether the record may stay where it was begun, in its block and in its segment. */
    private boolean fits(int total) {
        return recordAt + total <= block.capacity() - END_ROOM && fitsSegment(recordAt + total);
    }

    private boolean fitsSegment(int blockOffset) {
        return segmentOffset() + blockOffset <= segmentBytes - Layout.FRAME_HEADER_BYTES;
    }

    /** Offset of the block in its segment. */
    private int segmentOffset() {
        return (int) (block.start & (segmentBytes - 1));
    }

    /** Moves the record being made, of which only head and fields are there, to where all of it fits. */
    private void relocate(int total, int present) {
        byte[] begun = new byte[present]; // ending the segment overwrites it; this happens once a block
        buffer.get(recordAt, begun);
        recordAt = -1;
        closeFrame();
        int needed = total + Layout.FRAME_HEADER_BYTES;
        int slot = Layout.headerSlot(segmentOffset() + tail);
        if (slot + needed > segmentBytes - Layout.FRAME_HEADER_BYTES) {
            endSegment();
        }
        nextBlock(needed);
        openFrame();
        recordAt = tail;
        buffer.limit(block.capacity()).position(recordAt);
        buffer.put(recordAt, begun);
        buffer.position(recordAt + present);
    }

    private long finish(int fieldsLength, @Nullable ByteBuffer payload, int payloadLength, int total) {
        int length = Layout.RECORD_HEAD_BYTES + fieldsLength + payloadLength;
        long position = block.start + recordAt;
        int payloadAt = recordAt + Layout.RECORD_HEAD_BYTES + fieldsLength;
        int crcTo = payloadAt;
        if (payload != null && payloadLength > 0) {
            buffer.put(payloadAt, payload, payload.position(), payloadLength);
            crcTo += Layout.PAYLOAD_HEAD_BYTES;
        }
        for (int i = recordAt + length; i < recordAt + total; i++) {
            buffer.put(i, (byte) 0);
        }
        buffer.putInt(recordAt, length);
        buffer.putShort(recordAt + RecordView.FIELDS_LENGTH_AT, (short) fieldsLength);
        buffer.putInt(recordAt + RecordView.MARK_AT, Layout.mark(segment.generation(), position));
        buffer.putInt(recordAt + RecordView.CRC_AT, Layout.crc(crc, buffer, recordAt + RecordView.TYPE_AT, crcTo));
        Layout.addToCrc(headsCrc, buffer, recordAt, recordAt + Layout.RECORD_HEAD_BYTES);
        tail = recordAt + total;
        block.end = tail;
        count++;
        recordAt = -1;
        sealed = false;
        return position;
    }

    /** Makes sure that {@code bytes} of records (with heads and padding) go into one frame, together with whatever is in it already. */
    void beginAtomic(int bytes) {
        Invariant.check(recordAt < 0 && !atomic, "an atomic batch is begun inside another or inside a record");
        if (bytes > recordBytesMax()) {
            throw new IllegalArgumentException("an atomic batch of " + bytes + " bytes does not fit into a segment of "
                    + segmentBytes + ": at most " + recordBytesMax());
        }
        // Room for the longest fields is promised to every record, the last and shortest one included.
        int needed = bytes + LARGEST_FIELDS + 2 * Layout.FRAME_HEADER_BYTES;
        boolean fitsBlock = tail + needed <= block.capacity() - END_ROOM;
        int records = frameAt >= 0
                ? tail
                : Layout.headerSlot(segmentOffset() + tail) - segmentOffset() + Layout.FRAME_HEADER_BYTES;
        boolean fitsSegment = fitsSegment(records + bytes);
        if (!fitsBlock || !fitsSegment) {
            closeFrame();
            int slot = Layout.headerSlot(segmentOffset() + tail);
            if (slot + Layout.FRAME_HEADER_BYTES + bytes > segmentBytes - Layout.FRAME_HEADER_BYTES) {
                endSegment();
            }
            nextBlock(needed);
        }
        atomic = true;
    }

    void endAtomic() {
        Invariant.check(recordAt < 0 && atomic, "no atomic batch was begun");
        atomic = false;
    }

    /** Adds an empty frame that says how far the log is durable. */
    void seal() {
        Invariant.check(recordAt < 0 && !atomic, "a seal inside a record or an atomic batch");
        closeFrame();
        int slot = Layout.headerSlot(segmentOffset() + tail);
        if (slot + Layout.FRAME_HEADER_BYTES > segmentBytes - Layout.FRAME_HEADER_BYTES) {
            endSegment(); // an end frame says as much
            nextBlock(0);
        } else {
            if (tail + 2 * END_ROOM > block.capacity()) {
                nextBlock(END_ROOM);
            }
            emptyFrame(FrameHeader.FLAG_SEAL);
        }
        sealed = true;
    }

    private void openFrame() {
        toHeaderSlot();
        frameAt = tail;
        tail += Layout.FRAME_HEADER_BYTES;
        count = 0;
        headsCrc.reset();
    }

    /** Completes the open frame, if any, with its header. */
    void closeFrame() {
        Invariant.check(recordAt < 0, "a frame is closed inside a record");
        if (frameAt < 0) {
            return;
        }
        if (count == 0) {
            tail = frameAt;
        } else {
            header(frameAt, tail - frameAt, 0, count, (int) headsCrc.getValue());
        }
        block.end = tail;
        frameAt = -1;
    }

    private void emptyFrame(int flags) {
        toHeaderSlot();
        header(tail, Layout.FRAME_HEADER_BYTES, flags, 0, 0);
        tail += Layout.FRAME_HEADER_BYTES;
        block.end = tail;
    }

    private void header(int at, int length, int flags, int records, int recordsCrc) {
        previousCrc = FrameHeader.encode(
                crc,
                buffer,
                at,
                length,
                flags,
                segment.generation(),
                block.start + at,
                epoch,
                durable,
                previousCrc,
                records,
                recordsCrc);
    }

    private void toHeaderSlot() {
        int slot = Layout.headerSlot(segmentOffset() + tail) - segmentOffset();
        for (int i = tail; i < slot; i += 8) {
            buffer.putLong(i, 0);
        }
        tail = slot;
    }

    /** Ends the segment and begins the next one, in memory; its file is made by whoever writes the next batch. */
    private void endSegment() {
        emptyFrame(FrameHeader.FLAG_END);
        segment = new SegmentHeader(
                Layout.FORMAT_VERSION,
                segmentBytes,
                segment.segment() + 1,
                random.getAsLong(),
                epoch,
                block.start + tail,
                previousCrc);
    }

    private void nextBlock(int needed) {
        boolean sameSegment = block.header.segment() == segment.segment();
        endBefore = sameSegment ? appended() : segment.firstPosition();
        long start = sameSegment ? slotPosition(endBefore) : endBefore;
        block = ring.add(needed + END_ROOM + Layout.FRAME_HEADER_BYTES, segment, start);
        buffer = block.buffer;
        tail = 0;
    }

    private static long slotPosition(long position) {
        int page = (int) (position & (Layout.PAGE_BYTES - 1));
        return position - page + Layout.headerSlot(page);
    }

    /** Shows a record that was appended and whose block is still in memory. */
    boolean view(long position, RecordView into) {
        TailBlock holder = ring.find(position);
        if (holder == null) {
            return false;
        }
        into.wrap(holder.buffer, (int) (position - holder.start), position);
        return true;
    }
}
