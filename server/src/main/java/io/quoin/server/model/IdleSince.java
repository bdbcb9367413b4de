// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#SUBSCRIPTION_IDLE}: a durable subscription that can expire has no consumer any more, or has one again.
 *
 * <pre>
 *  0  4  subscription
 *  4  4  reserved      0
 *  8  8  sinceMs       on the server's clock, 0 if it is in use
 * </pre>
 */
public final class IdleSince {

    private IdleSince() {}

    public static void put(ByteBuffer to, int subscription, long sinceMs) {
        to.putInt(subscription).putInt(0).putLong(sinceMs);
    }

    public static int subscription(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    /** Server's clock; 0 if the subscription is in use. */
    public static long sinceMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }
}
