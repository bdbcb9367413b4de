// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Numbers of the log's format that more than one class needs, and arithmetic on them. See docs/journal-format.md. */
final class Layout {
    /** Version of the format that this code writes; it reads this one only. */
    static final int FORMAT_VERSION = 1;

    /** A segment begins with its header, which fills one page. */
    static final int SEGMENT_HEADER_BYTES = 4096;

    static final int FRAME_HEADER_BYTES = 64;
    static final int RECORD_HEAD_BYTES = 16;
    static final int PAGE_BYTES = 4096;

    /** The largest length of a record's fields. */
    static final int FIELDS_BYTES_MAX = 0xFFFF;

    /** {@code crc | length}: what a payload begins with. */
    static final int PAYLOAD_HEAD_BYTES = 8;

    /** Of record types, those below belong to the journal. */
    static final int FIRST_CALLER_TYPE = 16;

    /** Record type: the segment named in the fields was dropped. Fields: number u64. */
    static final int SEGMENT_DROPPED = 1;

    static final int SEGMENT_BYTES_MIN = 16 * 1024;
    static final int SEGMENT_BYTES_MAX = 1024 * 1024 * 1024;

    static final String JOURNAL_DIRECTORY = "journal";
    static final String SNAPSHOT_DIRECTORY = "snapshots";
    static final String QUARANTINE_DIRECTORY = "quarantine";

    private static final String SEGMENT_PREFIX = "seg-";
    private static final String SPARE_PREFIX = "spare-";
    private static final String LOG_SUFFIX = ".qj";

    /** What is being made and not yet named for good; deleted when found at start. */
    static final String TEMPORARY_SUFFIX = ".tmp";

    private Layout() {}

    static int align8(int bytes) {
        return (bytes + 7) & ~7;
    }

    /** Where the next frame header lies if the bytes before {@code offset} are taken: a header never straddles two pages. */
    static int headerSlot(int offset) {
        int left = PAGE_BYTES - (offset & (PAGE_BYTES - 1));
        return left < FRAME_HEADER_BYTES ? offset + left : offset;
    }

    /** What a record's head carries in {@code mark}: ties it to its place and to the segment's generation, so that stale bytes never pass. */
    static int mark(long generation, long position) {
        return (int) (position >>> 3) ^ (int) generation ^ (int) (generation >>> 32);
    }

    static String segmentPath(long segment) {
        return JOURNAL_DIRECTORY + '/' + segmentName(segment);
    }

    static String segmentName(long segment) {
        return SEGMENT_PREFIX + hex16(segment) + LOG_SUFFIX;
    }

    static String sparePath(long number) {
        return JOURNAL_DIRECTORY + '/' + SPARE_PREFIX + hex16(number) + LOG_SUFFIX;
    }

    /** The number in a segment's file name, or -1 if it is not one. */
    static long segmentNumber(String name) {
        return numberIn(name, SEGMENT_PREFIX, LOG_SUFFIX);
    }

    /** The number in a spare's file name, or -1 if it is not one. */
    static long spareNumber(String name) {
        return numberIn(name, SPARE_PREFIX, LOG_SUFFIX);
    }

    /** A number as 16 hexadecimal digits, so that names sort as their numbers do. */
    static String hex16(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(16 - digits.length()) + digits;
    }

    static long numberIn(String name, String prefix, String suffix) {
        if (name.length() != prefix.length() + 16 + suffix.length()
                || !name.startsWith(prefix)
                || !name.endsWith(suffix)) {
            return -1;
        }
        long number = 0;
        for (int i = prefix.length(); i < prefix.length() + 16; i++) {
            int digit = "0123456789abcdef".indexOf(name.charAt(i));
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }

    /** CRC32C over bytes {@code from} to {@code to}; the buffer's position and limit are as before. */
    static int crc(CRC32C crc, ByteBuffer buffer, int from, int to) {
        crc.reset();
        addToCrc(crc, buffer, from, to);
        return (int) crc.getValue();
    }

    static void addToCrc(CRC32C crc, ByteBuffer buffer, int from, int to) {
        int position = buffer.position();
        int limit = buffer.limit();
        buffer.limit(to).position(from);
        crc.update(buffer);
        buffer.limit(limit).position(position);
    }
}
