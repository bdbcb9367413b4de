// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Recognises messages by the ids that applications give them ({@code JMS_Quoin_DedupId}), for each destination within its window
 * of time: the second message of an id is not stored. A message that was refused or rolled back has not taken its id.
 *
 * <p>What the log has stored is durable, and the log tells of it in the records of the messages; of the rest the server knows as
 * long as it lives.
 *
 * <p>Thread: confined to the owner of the group. A message without properties costs nothing.
 */
final class DedupIds {

    /** In place of a hash: the message has no id, or its destination looks at none. */
    static final long NONE = 0;

    private static final byte[] PROPERTY = "JMS_Quoin_DedupId".getBytes(StandardCharsets.UTF_8);

    private final Now now;
    private final IndexStore blocks;
    /** By destination. */
    private final Map<Integer, DedupWindow> durable = new TreeMap<>();

    private final Map<Integer, DedupWindow> notDurable = new TreeMap<>();
    private long duplicates;

    DedupIds(Now now, IndexStore blocks) {
        this.now = now;
        this.blocks = blocks;
    }

    /** Messages that were not stored again since the start. */
    long duplicates() {
        return duplicates;
    }

    /** A message was not stored again. */
    void duplicate() {
        duplicates++;
    }

    /** The present second, as records have it. */
    int second() {
        return (int) (now.wallMs() / 1_000);
    }

    /** When what a transaction has sent is stored: at that second of its record, or, in an older one that has none, as sent. */
    static int storedAt(LoggedSends.Walk send, int second) {
        return second == 0 ? send.dedupSecond() : second;
    }

    /** The hash of the message's id, {@link #NONE} if it has none or the destination does not care. */
    static long hash(Destination destination, MessageView message) {
        if (message.propertyCount() == 0 || destination.options().dedupWindowMs() == 0) {
            return NONE;
        }
        int at = message.property(PROPERTY);
        Object id = at < 0 ? null : message.value(at);
        return id == null ? NONE : hash(id.toString());
    }

    private static long hash(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        ByteBuffer padded =
                ByteBuffer.allocate(bytes.length + 7 & ~7).put(bytes).rewind();
        Digest digest = new Digest();
        digest.add(bytes.length);
        while (padded.hasRemaining()) {
            digest.add(padded.getLong());
        }
        return digest.value() == NONE ? 1 : digest.value();
    }

    /** Whether a message with that id was stored within the window that ends now. */
    boolean isDuplicate(Destination destination, long hash) {
        return has(durable.get(destination.number()), destination, hash, second())
                || has(notDurable.get(destination.number()), destination, hash, second());
    }

    /** Whether the log has stored one within the window that ended at that second. */
    boolean isDuplicateInLog(Destination destination, long hash, int second) {
        return has(durable.get(destination.number()), destination, hash, second);
    }

    private static boolean has(@Nullable DedupWindow window, Destination destination, long hash, int second) {
        return window != null && window.has(hash, second, windowS(destination));
    }

    private static int windowS(Destination destination) {
        return (int) Math.min(Integer.MAX_VALUE, (destination.options().dedupWindowMs() + 999) / 1_000);
    }

    /** Applies the record of a message: its id is taken. */
    void stored(Destination destination, long hash, int second, boolean inLog) {
        Map<Integer, DedupWindow> windows = inLog ? durable : notDurable;
        windows.computeIfAbsent(destination.number(), any -> new DedupWindow(blocks))
                .add(hash, second, windowS(destination), destination.options().dedupIds());
    }

    /** The destination was deleted. */
    void removed(int destination) {
        durable.remove(destination);
        notDurable.remove(destination);
    }

    void digest(Digest digest) {
        durable.forEach((destination, window) -> {
            digest.add(destination);
            window.digest(digest);
        });
    }

    // --- in a snapshot

    int snapshotBytes() {
        int bytes = 4;
        for (DedupWindow window : durable.values()) {
            bytes += 4 + window.snapshotBytes();
        }
        return bytes;
    }

    void put(ByteBuffer to, List<StateChunk.Frozen> frozen) {
        to.putInt(durable.size());
        durable.forEach((destination, window) -> {
            to.putInt(destination);
            window.put(to, frozen);
        });
    }

    void restore(ByteBuffer from, SnapshotSource source) {
        for (int n = from.getInt(); n > 0; n--) {
            DedupWindow window = new DedupWindow(blocks);
            durable.put(from.getInt(), window);
            window.read(from, source);
        }
    }
}
