// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#GROUP_PARKED}: a message was delivered in vain too often, and holds its group until an administrator
 * releases it.
 *
 * <pre>
 *  0  4  source      number of the queue or subscription
 *  4  1  priority    of the message
 *  5  3  reserved    0
 *  8  8  arrival     of the message
 * 16  8  atMs        on the server's clock
 * </pre>
 */
public final class GroupParked {

    private GroupParked() {}

    public static void put(ByteBuffer to, int source, int priority, long arrival, long atMs) {
        to.putInt(source).putInt(priority << 24).putLong(arrival).putLong(atMs);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int priority(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 4);
    }

    public static long arrival(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    /** Server's clock. */
    public static long atMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }
}
