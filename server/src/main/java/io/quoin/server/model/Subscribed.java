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
 *  4  4  topic      number of the topic, 0 with a pattern
 *  8  1  flags      1 durable, 2 shared, 4 noLocal, 8 pattern
 *  9  3  reserved   0
 * 12     clientId   string or none
 *        name       string or none (unshared, non-durable)
 *        selector   string, empty for all messages
 *        pattern    string, the name with wildcards     if pattern
 *        options    string, those of the subscription   if pattern
 * </pre>
 *
 * @param number positive and never used again; negative for a non-durable subscription, whose record is not in the log
 * @param pattern what topics it is of, or null for one topic
 * @param options of a subscription by pattern, as {@link DestinationOptions#encode} writes them; null for those of the topic
 */
public record Subscribed(
        int number,
        int topic,
        boolean durable,
        boolean shared,
        boolean noLocal,
        @Nullable String clientId,
        @Nullable String name,
        String selector,
        @Nullable String pattern,
        @Nullable String options) {

    /** The same under another number. */
    public Subscribed numbered(int newNumber) {
        return new Subscribed(newNumber, topic, durable, shared, noLocal, clientId, name, selector, pattern, options);
    }

    public void put(ByteBuffer to) {
        int flags = (durable ? 1 : 0) | (shared ? 2 : 0) | (noLocal ? 4 : 0) | (pattern == null ? 0 : 8);
        to.putInt(number).putInt(topic).putInt(flags << 24);
        Strings.put(to, clientId);
        Strings.put(to, name);
        Strings.put(to, selector);
        if (pattern != null) {
            Strings.put(to, pattern);
            Strings.put(to, options);
        }
    }

    public static Subscribed read(RecordView r) {
        return read(Fields.of(r));
    }

    /** Reads the fields from the buffer's position. */
    public static Subscribed read(ByteBuffer fields) {
        int number = fields.getInt();
        int topic = fields.getInt();
        int flags = fields.getInt() >>> 24;
        boolean hasPattern = (flags & 8) != 0;
        return new Subscribed(
                number,
                topic,
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0,
                Strings.find(fields),
                Strings.find(fields),
                Strings.get(fields),
                hasPattern ? Strings.get(fields) : null,
                hasPattern ? Strings.get(fields) : null);
    }
}
