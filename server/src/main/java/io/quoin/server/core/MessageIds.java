// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.message.MessageId;
import io.quoin.protocol.message.MessageView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the messages that people and clients name by them: read from the messages when they are first wanted, from the
 * disk if need be, and remembered by position.
 *
 * <p>Thread: confined to the owner of the group. A message that is moved is read again.
 */
final class MessageIds {

    /** Remembered at most; then it begins anew. */
    private static final int REMEMBERED_MAX = 100_000;

    private final MessageStore store;
    private final MessageView view = new MessageView();
    private final Map<Long, MessageId> known = new HashMap<>();
    /** Being read from the disk, with their lengths. */
    private final Map<Long, Integer> reading = new LinkedHashMap<>();

    MessageIds(MessageStore store) {
        this.store = store;
    }

    /** The id of the message at that position will be asked for. */
    void want(long position, int length) {
        find(position, length);
    }

    /** The id of the message at that position; null if it is being read. */
    @Nullable
    MessageId find(long position, int length) {
        MessageId id = known.get(position);
        if (id == null && read(position, length)) {
            id = known.get(position);
        }
        return id;
    }

    boolean is(long position, int length, MessageId id) {
        return id.equals(find(position, length));
    }

    /** Whether some are not known yet. */
    boolean isReading() {
        return !reading.isEmpty();
    }

    /** Bytes that were asked for may be in memory now. */
    void bodiesArrived() {
        if (!reading.isEmpty()) {
            List<Map.Entry<Long, Integer>> all = new ArrayList<>(reading.entrySet());
            for (Map.Entry<Long, Integer> one : all) {
                read(one.getKey(), one.getValue());
            }
        }
    }

    private boolean read(long position, int length) {
        if (!store.ready(position, length)) {
            reading.put(position, length);
            return false;
        }
        reading.remove(position);
        if (known.size() >= REMEMBERED_MAX) {
            known.clear();
        }
        RecordView record = store.record(position);
        MessageReader.wrap(view, record.buffer(), record.payloadAt(), record.payloadLength());
        known.put(position, view.id());
        return true;
    }
}
