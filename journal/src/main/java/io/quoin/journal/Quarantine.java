// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.DiskFile;
import io.quoin.journal.disk.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Keeps the bytes of damaged places for somebody to look at: the segment itself may be dropped one day. */
final class Quarantine {
    private static final int PIECE_BYTES = 64 * 1024;

    private Quarantine() {}

    static void copy(Disk disk, int segmentBytes, Damage damage) throws IOException {
        long segment = damage.position() / segmentBytes;
        long from = damage.position() & (segmentBytes - 1);
        String source = Layout.segmentPath(segment);
        String target = Layout.QUARANTINE_DIRECTORY + '/' + Layout.hex16(segment) + '-' + Layout.hex16(from) + ".bin";
        if (damage.lengthBytes() == 0 || !disk.exists(source) || disk.exists(target)) {
            return;
        }
        try (DiskFile in = disk.open(source, OpenMode.READ);
                DiskFile out = disk.open(target, OpenMode.CREATE)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            long left = damage.lengthBytes();
            long done = 0;
            while (left > 0) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, left));
                int n = in.read(piece, from + done);
                if (n == 0) {
                    break;
                }
                out.write(piece.flip(), done);
                done += n;
                left -= n;
            }
            out.force();
        }
        disk.forceDirectory(Layout.QUARANTINE_DIRECTORY);
    }
}
