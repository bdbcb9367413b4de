// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log from one position to its end, tells a torn tail from damage ({@link TailDecision}), and steps over damage
 * to the next sound frame. Changes nothing. One use, one thread.
 */
final class LogScan {
    private static final int FLAGS_EMPTY = FrameHeader.FLAG_SEAL | FrameHeader.FLAG_END;

    private final Disk disk;
    private final int segmentBytes;
    private final long cleanEnd;
    private final Sink sink;
    private final FrameBody body = new FrameBody();

    private final List<TrailingSeal> trailingSeals = new ArrayList<>();

    private @Nullable SegmentWindow scanWindow;
    private long durable;
    private long lastRecordEnd;
    private int previousCrc;
    private boolean chainKnown;
    private boolean ended;
    private boolean damagedEnd;
    private long end;
    private long trimmedBytes;
    private long lastFrameEnd;

    /** Receives what the log holds, in order. */
    interface Sink {
        /** Called before and after the segment's records, with 0 the first time. */
        void onSegment(long segment, int usedBytes);

        void onRecord(RecordView view, boolean payloadValid);

        void onDamage(Damage damage);

        void onProgress(long doneBytes);
    }

    private record TrailingSeal(long position, int previousCrc) {}

    /**
     * @param durable how far the log is known to have been synced, from outside the log
     * @param cleanEnd where the log ended when it was stopped in order, and nothing after it need be looked at; 0 if unknown
     */
    LogScan(Disk disk, int segmentBytes, long durable, long cleanEnd, Sink sink) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.cleanEnd = cleanEnd;
        this.durable = durable;
        this.sink = sink;
    }

    /**
     * Reads.
     *
     * @param segments numbers of all segment files, ascending
     * @param from position of a frame, or the first of a segment
     * @param crcBefore checksum of the header of the frame before {@code from}, unless that is the first of its segment
     */
    LogEnd run(List<Long> segments, long from, int crcBefore) throws IOException {
        long expected = from / segmentBytes;
        end = from;
        lastRecordEnd = from;
        SegmentHeader header = null;
        long doneBytes = 0;
        for (int i = 0; i < segments.size(); i++) {
            long segment = segments.get(i);
            if (segment < expected) {
                continue;
            }
            reportMissing(expected, segment);
            boolean last = i == segments.size() - 1;
            sink.onSegment(segment, 0);
            try (DiskFile file = disk.open(Layout.segmentPath(segment), OpenMode.READ)) {
                SegmentWindow window = windowOn(file);
                header = header(segment, window, last);
                if (header == null) {
                    ended = false;
                    chainKnown = false;
                    end = firstPosition(segment);
                } else {
                    long begin = Math.max(from, header.firstPosition());
                    checkJoin(header);
                    if (begin != header.firstPosition()) {
                        chainKnown = true;
                        previousCrc = crcBefore;
                    }
                    end = begin;
                    ended = false;
                    new SegmentScan(header, window, last ? 0 : segments.get(i + 1)).run(offsetOf(begin));
                }
                doneBytes += window.fileBytes();
            }
            sink.onSegment(segment, ended ? (int) (end - segment * segmentBytes) : offsetOf(end));
            sink.onProgress(doneBytes);
            lastFrameEnd = end;
            if (ended) {
                end = firstPosition(segment + 1);
            }
            expected = segment + 1;
        }
        return result(header);
    }

    private SegmentWindow windowOn(DiskFile file) throws IOException {
        if (scanWindow == null) {
            scanWindow = SegmentWindow.forScan(file, segmentBytes);
        } else {
            scanWindow.use(file, segmentBytes);
        }
        return scanWindow;
    }

    private LogEnd result(@Nullable SegmentHeader header) {
        boolean incomplete = end < durable;
        if (incomplete) {
            report(Damage.Kind.REGION, end, durable - end, "the log ends here, and was synced up to " + durable);
            end = durable;
        }
        long sealAt = end;
        int sealPreviousCrc = previousCrc;
        for (TrailingSeal seal : trailingSeals) {
            if (seal.position >= durable) {
                sealAt = seal.position;
                sealPreviousCrc = seal.previousCrc;
                break;
            }
        }
        return new LogEnd(
                header,
                end,
                lastFrameEnd,
                previousCrc,
                ended,
                incomplete || damagedEnd,
                durable,
                lastRecordEnd,
                trimmedBytes,
                sealAt,
                sealPreviousCrc);
    }

    private void reportMissing(long expected, long found) {
        for (long s = expected; s < found; s++) {
            report(Damage.Kind.SEGMENT, s * segmentBytes, segmentBytes, Layout.segmentPath(s) + " is missing");
            chainKnown = false;
        }
    }

    /** The segment's header; found out from its frames where it cannot be read; null if there are none either. */
    private @Nullable SegmentHeader header(long segment, SegmentWindow window, boolean last) throws IOException {
        SegmentHeader header = FrameFinder.segmentHeader(window, segment, segmentBytes);
        if (header != null) {
            int at = window.at(0, Layout.SEGMENT_HEADER_BYTES);
            if (at < 0 || !SegmentHeader.isWhole(window.buffer(), window.fileBytes())) {
                report(Damage.Kind.HEALED, segment * segmentBytes, 0, "one of two copies of the segment's header");
            }
            return header;
        }
        Long generation = FrameFinder.generationOfFrames(window, segment * segmentBytes);
        if (generation != null) {
            report(Damage.Kind.HEALED, segment * segmentBytes, 0, "the segment's header; its frames tell what it was");
            return new SegmentHeader(Layout.FORMAT_VERSION, segmentBytes, segment, generation, 0, 0, 0);
        }
        if (!last || firstPosition(segment) < durable) {
            report(Damage.Kind.REGION, firstPosition(segment), segmentBytes, "the segment's header and all its frames");
        }
        return null;
    }

    /** Compares where the segment before ended with where this one says that it did. */
    private void checkJoin(SegmentHeader header) {
        if (header.previousEnd() != 0 && chainKnown) {
            boolean joins = ended && previousCrc == header.previousCrc();
            if (!joins) {
                report(
                        Damage.Kind.REGION,
                        header.firstPosition(),
                        0,
                        "the segment does not follow the one before it: that one was written again");
            }
        }
        chainKnown = header.previousEnd() != 0 || header.segment() == 1;
        previousCrc = header.previousCrc();
    }

    private long firstPosition(long segment) {
        return segment * segmentBytes + Layout.SEGMENT_HEADER_BYTES;
    }

    private int offsetOf(long position) {
        return (int) (position & (segmentBytes - 1));
    }

    private void report(Damage.Kind kind, long position, long length, String text) {
        sink.onDamage(new Damage(kind, position, length, text));
    }

    /** The frames of one segment. */
    private final class SegmentScan implements FrameBody.Receiver {
        private final SegmentHeader header;
        private final SegmentWindow window;
        private final FrameFinder finder;
        private final RecordView view = new RecordView();

        /** 0 if this is the last one. */
        private final long nextSegment;

        private final long base;
        private int healedSlot = -1;
        private boolean remainderKnown;
        private int remainderEnd;

        SegmentScan(SegmentHeader header, SegmentWindow window, long nextSegment) {
            this.header = header;
            this.window = window;
            this.nextSegment = nextSegment;
            this.base = header.segment() * segmentBytes;
            this.finder = new FrameFinder(window, base, header.generation());
        }

        void run(int from) throws IOException {
            int offset = from;
            while (offset >= 0 && !ended) {
                int slot = Layout.headerSlot(offset);
                int at = frameAt(slot);
                if (at >= 0 && follows(at) && body.isSound(window.buffer(), at)) {
                    body.walkSound(window.buffer(), at, this);
                    offset = passed(slot, at);
                } else if (at >= 0) {
                    offset = unsoundBody(slot);
                } else {
                    offset = noFrame(slot);
                }
            }
        }

        /** Index of a frame with a sound header and all its bytes in the file, or -1. */
        private int frameAt(int slot) throws IOException {
            int at = window.at(slot, Layout.FRAME_HEADER_BYTES);
            if (at < 0) {
                return -1;
            }
            boolean sound = finder.isSound(at, slot);
            if (!sound && !finder.heal(at, slot)) {
                return -1;
            }
            if (!sound && slot != healedSlot) {
                healedSlot = slot;
                report(Damage.Kind.HEALED, base + slot, Layout.FRAME_HEADER_BYTES, "one bit of a frame's header");
            }
            int whole = window.at(slot, FrameHeader.frameLength(window.buffer(), at));
            if (whole >= 0 && !sound && !finder.isSound(whole, slot)) {
                finder.heal(whole, slot); // the window was read again
            }
            return whole;
        }

        private boolean follows(int at) {
            return !chainKnown || FrameHeader.previousCrc(window.buffer(), at) == previousCrc;
        }

        /** Takes note of a frame that was read; returns the offset after it. */
        private int passed(int slot, int at) {
            ByteBuffer buffer = window.buffer();
            int flags = FrameHeader.flags(buffer, at);
            int next = slot + FrameHeader.frameLength(buffer, at);
            durable = Math.max(durable, FrameHeader.durable(buffer, at));
            if ((flags & FLAGS_EMPTY) == 0) {
                trailingSeals.clear();
                lastRecordEnd = base + next;
            } else if ((flags & FrameHeader.FLAG_SEAL) != 0) {
                trailingSeals.add(new TrailingSeal(base + slot, previousCrc));
            }
            if ((flags & FrameHeader.FLAG_END) != 0) {
                ended = true;
                trailingSeals.clear();
            }
            previousCrc = FrameHeader.headerCrc(buffer, at);
            chainKnown = true;
            end = base + next;
            return next;
        }

        /** A sound header before records that are not, or that does not follow the frame before it. */
        private int unsoundBody(int slot) throws IOException {
            if (!belowDurable(slot)) {
                return tornAt(slot);
            }
            int again = frameAt(slot); // looking ahead moved the window
            Invariant.check(again >= 0, "a frame that was there is not");
            if (!follows(again)) {
                report(Damage.Kind.REGION, base + slot, 0, "the frame does not follow the one before it");
            }
            body.walk(window.buffer(), again, this);
            return passed(slot, again);
        }

        private int noFrame(int slot) throws IOException {
            if (nextSegment == 0 && end == cleanEnd) {
                return -1;
            }
            boolean below = belowDurable(slot);
            return switch (TailDecision.of(below, remains(slot))) {
                case END -> -1;
                case TORN -> tornAt(slot);
                case CORRUPT -> damagedAt(slot);
            };
        }

        private int tornAt(int slot) throws IOException {
            int at = frameAt(slot);
            int own = at < 0 ? Layout.FRAME_HEADER_BYTES : FrameHeader.frameLength(window.buffer(), at);
            trimmedBytes = Math.max(own, remainderEnd - slot);
            return -1;
        }

        /** Goes on at the next frame, with what can be read of the records before it. */
        private int damagedAt(int slot) throws IOException {
            int next = finder.next(slot + 8);
            chainKnown = false;
            if (next >= 0) {
                salvage(slot, next);
                end = base + next;
                return next;
            }
            ended = nextSegment != 0;
            damagedEnd = !ended;
            long to = ended ? previousEndOf(nextSegment) : durable;
            int available = (int) Math.min(to - base, window.fileBytes());
            salvage(slot, Math.max(slot, available));
            if (to - base > available) {
                report(Damage.Kind.REGION, base + available, to - base - available, "the segment's file is too short");
            }
            end = ended ? base + slot : durable;
            return -1;
        }

        /** Gives the records of a stretch in which a frame's header is damaged, and reports what is between them. */
        private void salvage(int from, int to) throws IOException {
            List<int[]> gaps = new ArrayList<>();
            int done = from;
            int record = finder.nextRecord(from, to, view);
            boolean nothingLost = record < 0 || record == from + Layout.FRAME_HEADER_BYTES;
            while (record >= 0) {
                if (record > done) {
                    gaps.add(new int[] {done, record});
                }
                done = record + Layout.align8(view.length());
                onRecord(view, view.payloadValid());
                record = finder.nextRecord(done, to, view);
            }
            int after = done == from ? from + Layout.FRAME_HEADER_BYTES : done; // where an empty frame ends
            boolean complete = after == to || Layout.headerSlot(after) == to;
            if (!complete || done == from) {
                gaps.add(new int[] {done, to});
            }
            nothingLost &= complete && gaps.size() == 1;
            for (int[] gap : gaps) {
                report(
                        nothingLost ? Damage.Kind.HEALED : Damage.Kind.REGION,
                        base + gap[0],
                        gap[1] - gap[0],
                        nothingLost ? "a frame's header; its records are all there" : "no frame can be made out");
            }
        }

        /** Whether something says that the log was synced beyond this place. */
        private boolean belowDurable(int slot) throws IOException {
            if (nextSegment != 0) {
                return true; // a segment is begun only when the one before it is complete and synced
            }
            if (!remainderKnown) {
                remainderKnown = true;
                readRemainder(slot);
            }
            return base + slot < durable;
        }

        private void readRemainder(int slot) throws IOException {
            int offset = finder.next(slot + 8);
            while (offset >= 0) {
                int at = window.at(offset, Layout.FRAME_HEADER_BYTES);
                durable = Math.max(durable, FrameHeader.durable(window.buffer(), at));
                remainderEnd = offset + FrameHeader.frameLength(window.buffer(), at);
                offset = finder.next(offset + Layout.FRAME_HEADER_BYTES);
            }
        }

        /** Whether this or a later place shows that something was written after the end. */
        private boolean remains(int slot) throws IOException {
            if (remainderEnd > slot) {
                return true;
            }
            int at = window.at(slot, Layout.FRAME_HEADER_BYTES);
            return at >= 0 && FrameHeader.generation(window.buffer(), at) == header.generation();
        }

        private long previousEndOf(long segment) throws IOException {
            try (DiskFile file = disk.open(Layout.segmentPath(segment), OpenMode.READ)) {
                SegmentHeader next =
                        FrameFinder.segmentHeader(SegmentWindow.forHeader(file, segmentBytes), segment, segmentBytes);
                return next == null ? base + segmentBytes : next.previousEnd();
            }
        }

        @Override
        public void onRecord(RecordView view, boolean payloadValid) {
            if (!payloadValid) {
                report(Damage.Kind.PAYLOAD, view.position(), view.length(), "the payload's checksum does not match");
            }
            sink.onRecord(view, payloadValid);
        }

        @Override
        public void onDamage(long position, int lengthBytes, String why) {
            report(Damage.Kind.RECORD, position, lengthBytes, "a record cannot be read: " + why);
        }
    }
}
