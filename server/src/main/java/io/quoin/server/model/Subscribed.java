// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@link RecordType#SUBSCRIBED}.
 *
 * <pre>
 *  0  4  number
 *  4  4  topic      number of the topic
 *  8  1  flags      1 durable, 2 shared, 4 noLocal
 *  9  3  reserved   0
 * 12     clientId   string or none
 *        name       string or none (unshared, non-durable)
 *        selector   string, empty for all messages
 * </pre>
 *
 * @param number positive and never used again; negative for a non-durable subscription, whose record is not in the log
 */
public record Subscribed(
        int number,
        int topic,
        boolean durable,
        boolean shared,
        boolean noLocal,
        @Nullable String clientId,
        @Nullable String name,
        String selector) {

    public void put(ByteBuffer to) {
        int flags = (durable ? 1 : 0) | (shared ? 2 : 0) | (noLocal ? 4 : 0);
        to.putInt(number).putInt(topic).putInt(flags << 24);
        Strings.put(to, clientId);
        Strings.put(to, name);
        Strings.put(to, selector);
    }

    public static Subscribed read(RecordView r) {
        return read(Fields.of(r));
    }

    /** Reads the fields from the buffer's position. */
    public static Subscribed read(ByteBuffer fields) {
        int number = fields.getInt();
        int topic = fields.getInt();
        int flags = fields.getInt() >>> 24;
        return new Subscribed(
                number,
                topic,
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                Strings.find(fields),
                Strings.find(fields),
                Strings.get(fields));
    }
}
