// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#GROUP_RELEASED}: an administrator lets a parked group go on, beginning with the message that had parked it,
 * whose deliveries are counted anew.
 *
 * <pre>
 *  0  4  source      number of the queue or subscription
 *  4  4  groupHash
 * </pre>
 */
public final class GroupReleased {

    private GroupReleased() {}

    public static void put(ByteBuffer to, int source, int groupHash) {
        to.putInt(source).putInt(groupHash);
    }

    public static int source(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int groupHash(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 4);
    }
}
