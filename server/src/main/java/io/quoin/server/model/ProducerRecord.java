// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * Records about a producing connection.
 *
 * <pre>
 * PRODUCER_OPENED          PRODUCER_CLOSED       PRODUCER_HOLE
 *  0  4  producer           0  4  producer        0  4  producer
 *  4  4  reserved                                 4  4  reserved
 *  8 16  connectionId                             8  8  first      sequence
 *                                                16  8  last
 * </pre>
 */
public final class ProducerRecord {

    private ProducerRecord() {}

    public static void putOpened(ByteBuffer to, int producer, long idHigh, long idLow) {
        to.putInt(producer).putInt(0).putLong(idHigh).putLong(idLow);
    }

    public static void putClosed(ByteBuffer to, int producer) {
        to.putInt(producer);
    }

    public static void putHole(ByteBuffer to, int producer, long first, long last) {
        to.putInt(producer).putInt(0).putLong(first).putLong(last);
    }

    public static int producer(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static long idHigh(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static long idLow(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }

    public static long first(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    public static long last(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }
}
