// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/**
 * A record that brings a message with it: {@link RecordType#SEND} and {@link RecordType#DEAD_LETTERED}. The payload is the
 * message as its producer encoded it.
 *
 * <pre>
 *  0  4  destination     number of the queue or topic
 *  4  4  producer        number of the producer, 0 for none
 *  8  8  sequence        of the send on its connection, 0 for none
 * 16  8  expiresAtMs     on the server's clock, 0 for never
 * 24  4  groupHash       0 without a group
 * 28  1  priority        0..9
 * 29  3  reserved        0
 * 32  8  dueAtMs         on the server's clock             if DELAYED
 *     4  version         of the topic's subscriptions      if TOPIC
 *     2  count           of subscriptions with a filter    if FILTERED
 *     n  bitmap          ceil(count / 8) bytes, lowest bit first: those of them that take the message
 *     4  source          that the message leaves           if MOVED, always in DEAD_LETTERED
 *     8  arrival         of the message there
 *     1  priority        of the message there
 *     a  annotations     count u8, (name string, value string)*  if ANNOTATED
 *     8  hash            of the id that the application gave the message  if DEDUPED
 *     4  second          when it was sent, in seconds since 1970
 * </pre>
 *
 * What is there by flag lies in this order without gaps. Annotations have the encoding of the DELIVER frame, so that their
 * bytes go out as they are.
 */
public final class SendRecord {

    /** Flag: the message has a group. */
    public static final int GROUPED = 1;
    /** Flag: the message is due later. */
    public static final int DELAYED = 2;
    /** Flag: the destination is a topic. */
    public static final int TOPIC = 4;
    /** Flag: some subscriptions of the topic have a selector or noLocal. */
    public static final int FILTERED = 8;
    /** Flag: the message leaves another place at the same time. */
    public static final int MOVED = 16;
    /** Flag: the server added something to the message. */
    public static final int ANNOTATED = 32;

    /** Flag: the fields are those of a {@link TxSendRecord}, and it has annotations. */
    public static final int IN_BRANCH = 64;

    /** Subscriptions with a filter that a topic may have; their bits take 4 KiB. */
    public static final int MAX_FILTERED = 32_768;

    /** The last 12 bytes, of a TX_SEND before the transaction, are the hash of the message's id and when it was sent. */
    public static final int DEDUPED = 128;

    public static final int DEDUP_BYTES = 12;

    private static final int FIXED = 32;
    private static final int MOVED_BYTES = 13;

    private SendRecord() {}

    /** Bytes of the fields of a send at most, if so many subscriptions have a filter. */
    public static int bytesMax(int filtered) {
        return FIXED + 8 + 4 + 2 + ((filtered + 7) >>> 3) + DEDUP_BYTES;
    }

    /** Writes the fixed part; the optional parts follow in their order. */
    public static void put(
            ByteBuffer to,
            int destination,
            int producer,
            long sequence,
            long expiresAtMs,
            int groupHash,
            int priority) {
        to.putInt(destination).putInt(producer).putLong(sequence).putLong(expiresAtMs);
        to.putInt(groupHash).putInt(priority << 24);
    }

    public static void putDue(ByteBuffer to, long dueAtMs) {
        to.putLong(dueAtMs);
    }

    public static void putVersion(ByteBuffer to, int version) {
        to.putInt(version);
    }

    /** Writes which of {@code count} filtered subscriptions take the message, 64 to a word. */
    public static void putFiltered(ByteBuffer to, int count, long[] bits) {
        to.putShort((short) count);
        for (int i = 0; i < (count + 7) >>> 3; i++) {
            to.put((byte) (bits[i >>> 3] >>> ((i & 7) << 3)));
        }
    }

    public static void putSource(ByteBuffer to, int source, long arrival, int priority) {
        to.putInt(source).putLong(arrival).put((byte) priority);
    }

    /** Behind all else, but for the number of a transaction. */
    public static void putDedup(ByteBuffer to, long hash, int second) {
        to.putLong(hash).putInt(second);
    }

    public static boolean isDeduped(RecordView r) {
        return (r.flags() & DEDUPED) != 0;
    }

    /** The hash of the message's id; only of one that {@link #isDeduped}. */
    public static long dedupHash(RecordView r) {
        return r.buffer().getLong(dedupAt(r));
    }

    /** When it was sent, in seconds since 1970. */
    public static int dedupSecond(RecordView r) {
        return r.buffer().getInt(dedupAt(r) + 8);
    }

    private static int dedupAt(RecordView r) {
        return end(r) - DEDUP_BYTES;
    }

    /** Where the fields end, but for the number of a transaction. */
    private static int end(RecordView r) {
        boolean isTransacted = r.type() == RecordType.TX_SEND.code() || (r.flags() & IN_BRANCH) != 0;
        return r.fieldsAt() + r.fieldsLength() - (isTransacted ? Long.BYTES : 0);
    }

    public static int destination(RecordView r) {
        return r.buffer().getInt(r.fieldsAt());
    }

    public static int producer(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 4);
    }

    public static long sequence(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 8);
    }

    /** Server's clock; 0 for never. */
    public static long expiresAtMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + 16);
    }

    public static int groupHash(RecordView r) {
        return r.buffer().getInt(r.fieldsAt() + 24);
    }

    public static int priority(RecordView r) {
        return r.buffer().get(r.fieldsAt() + 28);
    }

    public static boolean isGrouped(RecordView r) {
        return (r.flags() & GROUPED) != 0;
    }

    public static boolean isDelayed(RecordView r) {
        return (r.flags() & DELAYED) != 0;
    }

    /** Server's clock; only if {@link #isDelayed}. */
    public static long dueAtMs(RecordView r) {
        return r.buffer().getLong(r.fieldsAt() + FIXED);
    }

    /** Version of the topic's subscriptions; only of a topic. */
    public static int version(RecordView r) {
        return r.buffer().getInt(versionAt(r));
    }

    /** Number of subscriptions with a filter; 0 if none has one. */
    public static int filteredCount(RecordView r) {
        return (r.flags() & FILTERED) == 0 ? 0 : r.buffer().getShort(filteredAt(r)) & 0xFFFF;
    }

    /** Whether the {@code index}-th of the subscriptions with a filter takes the message. */
    public static boolean isTaken(RecordView r, int index) {
        return (r.buffer().get(filteredAt(r) + 2 + (index >>> 3)) >>> (index & 7) & 1) != 0;
    }

    /** The queue or subscription that the message leaves; only if MOVED. */
    public static int source(RecordView r) {
        return r.buffer().getInt(sourceAt(r));
    }

    public static long sourceArrival(RecordView r) {
        return r.buffer().getLong(sourceAt(r) + 4);
    }

    public static int sourcePriority(RecordView r) {
        return r.buffer().get(sourceAt(r) + 12);
    }

    /** Where the annotations begin in the record's buffer; only if there are any. */
    public static int annotationsAt(RecordView r) {
        if ((r.flags() & IN_BRANCH) != 0) {
            return TxSendRecord.annotationsAt(r);
        }
        return sourceAt(r) + ((r.flags() & MOVED) == 0 ? 0 : MOVED_BYTES);
    }

    /** Bytes of the annotations, as they are encoded in DELIVER; 0 if there are none. */
    public static int annotationsLength(RecordView r) {
        if ((r.flags() & ANNOTATED) == 0) {
            return 0;
        }
        return end(r) - (isDeduped(r) ? DEDUP_BYTES : 0) - annotationsAt(r);
    }

    private static int versionAt(RecordView r) {
        return r.fieldsAt() + FIXED + (isDelayed(r) ? 8 : 0);
    }

    private static int filteredAt(RecordView r) {
        return versionAt(r) + ((r.flags() & TOPIC) == 0 ? 0 : 4);
    }

    private static int sourceAt(RecordView r) {
        int filteredBytes = (r.flags() & FILTERED) == 0 ? 0 : 2 + ((filteredCount(r) + 7) >>> 3);
        return filteredAt(r) + filteredBytes;
    }
}
