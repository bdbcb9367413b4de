// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a queue that are parked: each has a message that was delivered in vain too often, and is held until it is
 * released or that message is gone. Those whose message is durable are durable state.
 *
 * <p>Thread: confined to the owner of the core.
 */
public final class ParkedGroups {
    private static final int ENTRY_BYTES = 24;

    private final Map<Integer, Parked> byHash = new TreeMap<>();

    ParkedGroups() {}

    /**
     * One of them.
     *
     * @param hash of the group's id
     * @param priority of the message that failed
     * @param arrival its number; negative: volatile
     * @param sinceMs server's wall clock
     */
    public record Parked(int hash, int priority, long arrival, long sinceMs) {}

    /** Whether that group is one of them. */
    public boolean isParked(int hash) {
        return byHash.containsKey(hash);
    }

    /** The one of that hash; null: it is not parked. */
    public @Nullable Parked find(int hash) {
        return byHash.get(hash);
    }

    /** All of them, in no order that means anything. */
    public Collection<Parked> all() {
        return byHash.values();
    }

    boolean isEmpty() {
        return byHash.isEmpty();
    }

    void add(Parked parked) {
        byHash.put(parked.hash, parked);
    }

    void remove(int hash) {
        byHash.remove(hash);
    }

    private List<Parked> durable() {
        return byHash.values().stream()
                .filter(parked -> parked.arrival > 0)
                .sorted(Comparator.comparingInt(Parked::hash))
                .toList();
    }

    /** Bytes that {@link #encode} needs. */
    int stateBytes() {
        return Integer.BYTES + byHash.size() * ENTRY_BYTES;
    }

    void encode(ByteBuffer target) {
        List<Parked> durable = durable();
        target.putInt(durable.size());
        for (Parked parked : durable) {
            target.putInt(parked.hash)
                    .putInt(parked.priority)
                    .putLong(parked.arrival)
                    .putLong(parked.sinceMs);
        }
    }

    static Parked decode(ByteBuffer source) {
        return new Parked(source.getInt(), source.getInt(), source.getLong(), source.getLong());
    }

    void digest(Digest digest) {
        for (Parked parked : durable()) {
            digest.add(parked.hash);
            digest.add(parked.arrival);
            digest.add(parked.sinceMs);
        }
    }
}
