// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the records of one segment that is not being written any more, one by one: for the cleaner, which moves what
 * is needed of them, and for scrubbing. For one thread, which must never be interrupted.
 */
public final class SegmentCursor implements Closeable {
    private final DiskFile file;
    private final SegmentWindow window;
    private final long base;
    private final long generation;
    private final FrameFinder finder;
    private final List<Damage> damage = new ArrayList<>();

    /** Offset of the next record, or of the end of the frame. */
    private int offset = Layout.SEGMENT_HEADER_BYTES;

    private int frameEnd = Layout.SEGMENT_HEADER_BYTES;
    private boolean ended;

    private SegmentCursor(DiskFile file, SegmentWindow window, long base, long generation) {
        this.file = file;
        this.window = window;
        this.base = base;
        this.generation = generation;
        this.finder = new FrameFinder(window, base, generation);
    }

    static SegmentCursor open(Disk disk, long segment, int segmentBytes) throws IOException, JournalException {
        DiskFile file = disk.open(Layout.segmentPath(segment), OpenMode.READ);
        try {
            SegmentWindow window = SegmentWindow.forScan(file, segmentBytes);
            Long generation = FrameFinder.generation(window, segment, segmentBytes);
            if (generation == null) {
                throw new DamagedRecordException(
                        segment * segmentBytes, "The header and all frames of segment " + segment + " are damaged");
            }
            return new SegmentCursor(file, window, segment * segmentBytes, generation);
        } catch (IOException | JournalException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Goes to the next sound record, of whatever type; steps over damage and remembers it.
     *
     * @param into shows the record until the next call
     * @return false if there is none
     */
    public boolean next(RecordView into) throws JournalException {
        try {
            while (!ended) {
                if (offset >= frameEnd) {
                    nextFrame();
                } else if (record(into)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new JournalFailedException("Reading the segment at " + (base + offset) + " failed: " + e, e);
        }
    }

    /** What was damaged so far. */
    public List<Damage> damage() {
        return List.copyOf(damage);
    }

    /** How many bytes of the segment are behind. */
    public int bytesRead() {
        return offset;
    }

    private void nextFrame() throws IOException {
        int slot = Layout.headerSlot(frameEnd);
        int at = window.at(slot, Layout.FRAME_HEADER_BYTES);
        if (at < 0 || !(finder.isSound(at, slot) || finder.heal(at, slot))) {
            int next = finder.next(slot + 8);
            if (next < 0) {
                ended = true; // the end of what was written; or damage, which the scan at start tells apart
                return;
            }
            damage.add(new Damage(Damage.Kind.REGION, base + slot, next - slot, "no frame can be made out"));
            slot = next;
            at = window.at(slot, Layout.FRAME_HEADER_BYTES);
        }
        ended = (FrameHeader.flags(window.buffer(), at) & FrameHeader.FLAG_END) != 0;
        offset = slot + Layout.FRAME_HEADER_BYTES;
        frameEnd = slot + FrameHeader.frameLength(window.buffer(), at);
    }

    /** Shows the record at {@link #offset} and goes behind it; false if it is damaged. */
    private boolean record(RecordView into) throws IOException {
        int length = 0;
        int at = window.at(offset, Layout.RECORD_HEAD_BYTES);
        if (at >= 0) {
            length = window.buffer().getInt(at);
            at = length > 0 && length <= frameEnd - offset ? window.at(offset, length) : -1;
        }
        if (at >= 0) {
            into.wrap(window.buffer(), at, base + offset);
        }
        String fault = at < 0 ? "its length is impossible" : into.fault(generation, length);
        if (fault == null) {
            offset += Layout.align8(length);
            if (into.payloadValid()) {
                return true;
            }
            damage.add(
                    new Damage(Damage.Kind.PAYLOAD, into.position(), length, "the payload's checksum does not match"));
            return false;
        }
        long from = base + offset;
        int next = finder.nextRecord(offset + 8, frameEnd, into);
        offset = next < 0 ? frameEnd : next;
        damage.add(new Damage(Damage.Kind.RECORD, from, base + offset - from, "a record cannot be read: " + fault));
        return false;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read from.
        }
    }
}
