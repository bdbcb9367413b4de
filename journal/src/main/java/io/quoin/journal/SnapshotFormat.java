// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's files: block files, which hold blocks, and a manifest, which says where the blocks of one snapshot are.
 *
 * <pre>
 *  block file: magic "QUOINB\r\n\x1a" | 0 u8 | version u16 | 0 u32 | number u64 | 0 u64, then blocks, each at a multiple of 8:
 *    crc u32 (over what follows) | length u32 | id u64 | bytes
 *  manifest: magic "QUOINP\r\n\x1a" | 0 u8 | version u16 | previousCrc u32 | number u64 | position u64
 *    | segments u32 | blocks u32 | pieces u32 | crc u32 of all other bytes of the file
 *    | segments * (number u64, used u32, live u64) | (blocks + pieces) * (id u64, file u64, offset u64, length u32, crc u32)
 * </pre>
 */
final class SnapshotFormat {
    static final int VERSION = 1;
    static final int FILE_HEADER_BYTES = 32;
    static final int BLOCK_HEAD_BYTES = 16;

    private static final byte[] BLOCK_MAGIC = {'Q', 'U', 'O', 'I', 'N', 'B', '\r', '\n', 0x1a};
    private static final byte[] MANIFEST_MAGIC = {'Q', 'U', 'O', 'I', 'N', 'P', '\r', '\n', 0x1a};
    private static final int MANIFEST_HEADER_BYTES = 48;
    private static final int CRC_AT = 44;
    private static final int SEGMENT_BYTES = 20;
    private static final int ENTRY_BYTES = 32;

    private static final String MANIFEST_PREFIX = "manifest-";
    private static final String BLOCKS_PREFIX = "blocks-";
    private static final String SUFFIX = ".qs";

    private SnapshotFormat() {}

    /** Where one block is: its bytes with their head. */
    record Entry(long id, long file, long offset, int length, int crc) {}

    /**
     * What a manifest says.
     *
     * @param previousCrc checksum of the header of the last frame before {@code position}
     * @param pieces of the caller's own state, in order; their ids count from 0
     */
    record Manifest(
            long number,
            long position,
            int previousCrc,
            SegmentTable segments,
            List<Entry> blocks,
            List<Entry> pieces) {}

    static String manifestPath(long number) {
        return path(MANIFEST_PREFIX, number);
    }

    static String blocksPath(long number) {
        return path(BLOCKS_PREFIX, number);
    }

    private static String path(String prefix, long number) {
        return Layout.SNAPSHOT_DIRECTORY + '/' + prefix + Layout.hex16(number) + SUFFIX;
    }

    /** The number in a manifest's file name, or -1. */
    static long manifestNumber(String name) {
        return Layout.numberIn(name, MANIFEST_PREFIX, SUFFIX);
    }

    /** The number in a block file's name, or -1. */
    static long blocksNumber(String name) {
        return Layout.numberIn(name, BLOCKS_PREFIX, SUFFIX);
    }

    static void encodeBlocksHeader(ByteBuffer target, long number) {
        target.put(BLOCK_MAGIC)
                .put((byte) 0)
                .putShort((short) VERSION)
                .putInt(0)
                .putLong(number)
                .putLong(0);
    }

    /** Checksum of a block's head and bytes, from {@code source}'s position to its limit, which stay. */
    static int blockCrc(CRC32C crc, ByteBuffer head, ByteBuffer source) {
        crc.reset();
        Layout.addToCrc(crc, head, 4, BLOCK_HEAD_BYTES);
        Layout.addToCrc(crc, source, source.position(), source.limit());
        return (int) crc.getValue();
    }

    static ByteBuffer encode(Manifest manifest) {
        SegmentTable segments = manifest.segments;
        int count = segments.count();
        int entries = manifest.blocks.size() + manifest.pieces.size();
        ByteBuffer target = ByteBuffer.allocate(
                Math.addExact(MANIFEST_HEADER_BYTES + count * SEGMENT_BYTES, Math.multiplyExact(entries, ENTRY_BYTES)));
        target.put(MANIFEST_MAGIC).put((byte) 0).putShort((short) VERSION).putInt(manifest.previousCrc);
        target.putLong(manifest.number).putLong(manifest.position);
        target.putInt(count).putInt(manifest.blocks.size()).putInt(manifest.pieces.size());
        target.putInt(0);
        for (long s = segments.next(0); s != 0; s = segments.next(s + 1)) {
            target.putLong(s).putInt(segments.usedBytes(s)).putLong(segments.liveBytes(s));
        }
        manifest.blocks.forEach(e -> encode(e, target));
        manifest.pieces.forEach(e -> encode(e, target));
        target.putInt(CRC_AT, manifestCrc(target));
        return target.flip();
    }

    private static void encode(Entry entry, ByteBuffer target) {
        target.putLong(entry.id)
                .putLong(entry.file)
                .putLong(entry.offset)
                .putInt(entry.length)
                .putInt(entry.crc);
    }

    private static int manifestCrc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        Layout.addToCrc(crc, bytes, 0, CRC_AT);
        Layout.addToCrc(crc, bytes, CRC_AT + 4, bytes.capacity());
        return (int) crc.getValue();
    }

    /** Reads a manifest from a buffer that holds exactly its file; null if it is damaged. */
    static @Nullable Manifest decode(ByteBuffer source, long number, int segmentBytes) {
        byte[] magic = new byte[MANIFEST_MAGIC.length];
        if (source.capacity() < MANIFEST_HEADER_BYTES || source.getInt(CRC_AT) != manifestCrc(source)) {
            return null;
        }
        source.clear();
        source.get(magic);
        if (!Arrays.equals(magic, MANIFEST_MAGIC) || source.getShort(10) != VERSION || source.getLong(16) != number) {
            return null;
        }
        int segments = source.getInt(32);
        int blocks = source.getInt(36);
        int pieces = source.getInt(40);
        source.position(MANIFEST_HEADER_BYTES);
        SegmentTable table = new SegmentTable(segmentBytes);
        for (int i = 0; i < segments; i++) {
            table.add(source.getLong(), source.getInt(), source.getLong());
        }
        List<Entry> blockEntries = decodeEntries(source, blocks);
        return new Manifest(
                number, source.getLong(24), source.getInt(12), table, blockEntries, decodeEntries(source, pieces));
    }

    private static List<Entry> decodeEntries(ByteBuffer source, int count) {
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(
                    new Entry(source.getLong(), source.getLong(), source.getLong(), source.getInt(), source.getInt()));
        }
        return entries;
    }
}
