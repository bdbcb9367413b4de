// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a queue with strict delivery that may have been handed out, each with its {@link Permit}: few, as many as
 * sessions are permitted, and those in doubt. A message that leaves the queue leaves the table.
 *
 * <p>Durable state as far as the messages are durable. Thread: confined to the owner of the core. Memory: about 100 bytes a
 * message.
 */
public final class PermitTable {

    private static final int PRIORITY_BITS = 4;
    private static final long ARRIVAL_MAX = Long.MAX_VALUE >> PRIORITY_BITS;
    private static final int ENTRY_BYTES = 8 + Permit.BYTES;

    /** By priority and number; those of volatile messages are negative. */
    private final TreeMap<Long, Permit> permits = new TreeMap<>();

    private int inDoubt;

    /** What to do with a message and its permit. */
    @FunctionalInterface
    public interface Visitor {

        void visit(int priority, long arrival, Permit permit);
    }

    public boolean isEmpty() {
        return permits.isEmpty();
    }

    /** How many are in doubt. */
    public int inDoubt() {
        return inDoubt;
    }

    /** The permit of a message; null if it has none. */
    public @Nullable Permit find(int priority, long arrival) {
        return permits.isEmpty() ? null : permits.get(key(priority, arrival));
    }

    /** Visits all of them as they are now: the visitor may change the table. */
    public void forEach(Visitor visitor) {
        List<Map.Entry<Long, Permit>> all = new ArrayList<>(permits.size());
        permits.forEach((key, permit) -> all.add(Map.entry(key, permit)));
        for (Map.Entry<Long, Permit> one : all) {
            visitor.visit(priority(one.getKey()), arrival(one.getKey()), one.getValue());
        }
    }

    void put(int priority, long arrival, Permit permit) {
        Permit before = permits.put(key(priority, arrival), permit);
        inDoubt += (permit.inDoubt() ? 1 : 0) - (before != null && before.inDoubt() ? 1 : 0);
    }

    void remove(int priority, long first, long last) {
        if (permits.isEmpty()) {
            return;
        }
        for (long arrival = first; arrival <= last && !permits.isEmpty(); arrival++) {
            forget(permits.remove(key(priority, arrival)));
        }
    }

    /** Changes those of a range that have a permit. */
    void change(int priority, long first, long last, UnaryOperator<Permit> to) {
        for (long arrival = first; arrival <= last; arrival++) {
            Permit permit = find(priority, arrival);
            if (permit != null) {
                put(priority, arrival, to.apply(permit));
            }
        }
    }

    /** Durable messages up to that arrival are gone. */
    void purge(long upTo) {
        if (!permits.isEmpty()) {
            clear(durable().headMap(upTo >= ARRIVAL_MAX ? Long.MAX_VALUE : key(0, upTo + 1), false));
        }
    }

    void purgeVolatile() {
        clear(permits.headMap(0L, false));
    }

    void clear() {
        clear(permits);
    }

    private void clear(NavigableMap<Long, Permit> part) {
        part.values().forEach(this::forget);
        part.clear();
    }

    private void forget(@Nullable Permit permit) {
        if (permit != null && permit.inDoubt()) {
            inDoubt--;
        }
    }

    private NavigableMap<Long, Permit> durable() {
        return permits.tailMap(0L, true);
    }

    // --- in a snapshot

    int stateBytes() {
        return Integer.BYTES + permits.size() * ENTRY_BYTES;
    }

    void encode(ByteBuffer target) {
        NavigableMap<Long, Permit> durable = durable();
        target.putInt(durable.size());
        durable.forEach((key, permit) -> target.putLong(key)
                .putLong(permit.connectionId().getMostSignificantBits())
                .putLong(permit.connectionId().getLeastSignificantBits())
                .putInt(permit.session())
                .putInt(permit.consumer())
                .putLong(permit.atMs())
                .put((byte) (permit.inDoubt() ? 1 : 0)));
    }

    void decode(ByteBuffer source) {
        for (int n = source.getInt(); n > 0; n--) {
            long key = source.getLong();
            put(
                    priority(key),
                    arrival(key),
                    new Permit(
                            new UUID(source.getLong(), source.getLong()),
                            source.getInt(),
                            source.getInt(),
                            source.getLong(),
                            source.get() != 0));
        }
    }

    void digest(Digest digest) {
        durable().forEach((key, permit) -> {
            digest.add(key);
            digest.add(permit.connectionId().getMostSignificantBits());
            digest.add(permit.connectionId().getLeastSignificantBits());
            digest.add(permit.session());
            digest.add(permit.consumer());
            digest.add(permit.atMs());
            digest.add(permit.inDoubt() ? 1 : 0);
        });
    }

    // --- keys

    /** Arrival before priority; a volatile message's number counts from the first there is, so that it fits. */
    private static long key(int priority, long arrival) {
        return arrival < 0
                ? ((arrival - MessageQueue.FIRST_VOLATILE) << PRIORITY_BITS | priority) + Long.MIN_VALUE
                : arrival << PRIORITY_BITS | priority;
    }

    private static int priority(long key) {
        return (int) key & (1 << PRIORITY_BITS) - 1;
    }

    private static long arrival(long key) {
        return key < 0 ? ((key - Long.MIN_VALUE) >> PRIORITY_BITS) + MessageQueue.FIRST_VOLATILE : key >> PRIORITY_BITS;
    }
}
