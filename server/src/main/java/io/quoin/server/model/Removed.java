// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#DESTINATION_REMOVED} and {@link RecordType#UNSUBSCRIBED}: a destination with its subscriptions, or a
 * subscription, is gone with all its messages.
 *
 * <pre>
 *  0  4  number
 * </pre>
 */
public final class Removed {

    private Removed() {}

    public static void put(ByteBuffer to, int number) {
        to.putInt(number);
    }

    public static int number(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }
}
