// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The bytes of docs/journal-format.md. A change here is a change of the format, and needs a new version of it. */
final class FormatTest {
    private static final String GOLDEN = """
            SUPER.a
            51554f494e530d0a1a00000100010000
            00000000000000021212121212121212
            13131313131313130000000000000000
            00000000000000010000000000000000
            00000001ed95bb05
            SUPER.b
            51554f494e530d0a1a00000100010000
            00000000000000031212121212121212
            13131313131313130000000000000001
            00000000000000010000000000011000
            00000000d46b7dac
            frames
            514e465200000080ffffff7f00000000
            14141414141414140000000000011000
            00000000000000010000000000011000
            00000000000000026af9dc1f55fd4325
            0000001295927a9e1005000200002208
            abcd000000000000000000250941cb58
            c80000080000220b0102030405060708
            8778efa30000000d71756f696e000000
            514e465200000040ffffffbf00010000
            14141414141414140000000000011080
            00000000000000010000000000011080
            55fd4325000000000000000033a261c9
            00000000000000000000000000000000
            00000000000000000000000000000000
            00000000000000000000000000000000
            00000000000000000000000000000000
            journal/seg-0000000000000001.qj
            51554f494e4a0d0a1a00000100010000
            00000000000000011414141414141414
            00000000000000010000000000000000
            0000000000000000000000001704ad6c
            snapshots/blocks-0000000000000001.qs
            51554f494e420d0a1a00000100000000
            00000000000000010000000000000000
            88c841ee000000030000000000000007
            01020300000000000fbf058d00000001
            00000000000000000900000000000000
            snapshots/manifest-0000000000000001.qs
            51554f494e500d0a1a00000133a261c9
            000000000000000100000000000110c0
            000000010000000100000001a9d07922
            0000000000000001000010c000000000
            00000000000000000000000700000000
            00000001000000000000002000000003
            88c841ee000000000000000000000000
            00000001000000000000003800000001
            0fbf058d
            """;

    private final SimDisk disk = new SimDisk();

    /** One record without and one with a payload, a seal, a snapshot with a block and a piece. */
    private void write() throws JournalException {
        long[] next = {0x1111111111111111L};
        JournalOptions options = JournalTest.small().withRandom(() -> next[0] += 0x0101010101010101L);
        try (Recovery recovery = Recovery.begin(disk, new ManualClock(), options)) {
            recovery.replay(v -> {});
            Journal journal = recovery.open();
            journal.begin(16, 5).putShort((short) 0xABCD);
            journal.end();
            journal.begin(200, 0).putLong(0x0102030405060708L);
            journal.end(Payloads.of("quoin"));
            journal.flush();
            journal.seal();
            journal.flush();
            SnapshotWriter writer = journal.beginSnapshot();
            writer.put(7, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.piece(ByteBuffer.wrap(new byte[] {9}));
            writer.commit();
            journal.abandon();
        }
    }

    private static String hex(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i += 16) {
            text.append(HexFormat.of().formatHex(bytes, i, Math.min(i + 16, to)))
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void theBytesAreThoseOfFormatOne() throws Exception {
        write();
        Map<String, String> found = new TreeMap<>();
        for (String path : disk.paths()) {
            byte[] bytes = disk.bytes(path);
            found.put(path, hex(bytes, 0, Math.min(bytes.length, path.startsWith("journal") ? 64 : 256)));
        }
        byte[] segment = disk.bytes(Layout.segmentPath(1));
        found.put("frames", hex(segment, 4096, 4096 + 256));
        StringBuilder all = new StringBuilder();
        found.forEach((name, hex) -> all.append(name).append('\n').append(hex));
        assertThat(all.toString()).isEqualTo(GOLDEN);
    }
}
