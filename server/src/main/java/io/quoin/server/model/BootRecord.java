// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#BOOT}: the server started.
 *
 * <pre>
 *  0  8  bootNumber   1 for the first start on these data
 *  8  8  wallMs       the server's clock
 * 16  1  clean        1: it had been stopped in an orderly way
 * 17  7  reserved     0
 * </pre>
 */
public final class BootRecord {

    private BootRecord() {}

    public static void put(ByteBuffer to, long bootNumber, long wallMs, boolean clean) {
        to.putLong(bootNumber).putLong(wallMs).putLong(clean ? 1L << 56 : 0);
    }

    public static long bootNumber(RecordView r) {
        return r.buffer().getLong(r.fieldsAt());
    }

    public static long wallMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static boolean isClean(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 16) != 0;
    }
}
