// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Which connections consume, or have consumed since they began, from which durable queues and subscriptions: those that may
 * hold messages of them when the server ends without a word. Changed only by records.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class ConsumingTable {

    /** Beyond so many sources of one connection those that are gone are looked for. */
    private static final int SOURCES = 100;

    private final Sources sources;
    private final Map<UUID, Set<Integer>> byConnection = new LinkedHashMap<>();

    ConsumingTable(Sources sources) {
        this.sources = sources;
    }

    boolean contains(UUID connectionId) {
        return byConnection.containsKey(connectionId);
    }

    boolean contains(UUID connectionId, int source) {
        return sources(connectionId).contains(source);
    }

    /** The connections, in the order in which they began to consume. */
    List<UUID> connections() {
        return new ArrayList<>(byConnection.keySet());
    }

    /** The numbers of the queues and subscriptions; some may be gone. */
    Set<Integer> sources(UUID connectionId) {
        return byConnection.getOrDefault(connectionId, Set.of());
    }

    /** Applies {@code CONSUMING}. */
    void begun(UUID connectionId, int source) {
        Set<Integer> numbers = byConnection.computeIfAbsent(connectionId, id -> new LinkedHashSet<>());
        if (numbers.size() >= SOURCES) {
            numbers.removeIf(number -> sources.find(number) == null);
        }
        numbers.add(source);
    }

    /** Applies {@code CONSUMING_ENDED}. */
    void ended(UUID connectionId) {
        byConnection.remove(connectionId);
    }

    /** The server has started after a clean stop: nobody has anything. */
    void clear() {
        byConnection.clear();
    }

    /** Bytes that {@link #put} takes. */
    int bytes() {
        int bytes = Integer.BYTES;
        for (Set<Integer> numbers : byConnection.values()) {
            bytes += 2 * Long.BYTES + Integer.BYTES + numbers.size() * Integer.BYTES;
        }
        return bytes;
    }

    void put(ByteBuffer out) {
        out.putInt(byConnection.size());
        byConnection.forEach((id, numbers) -> {
            out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
            out.putInt(numbers.size());
            numbers.forEach(out::putInt);
        });
    }

    void restore(ByteBuffer in) {
        for (int n = in.getInt(); n > 0; n--) {
            Set<Integer> numbers = new LinkedHashSet<>();
            byConnection.put(new UUID(in.getLong(), in.getLong()), numbers);
            for (int i = in.getInt(); i > 0; i--) {
                numbers.add(in.getInt());
            }
        }
    }

    void digest(Digest digest) {
        digest.add(byConnection.size());
        byConnection.forEach((id, numbers) -> {
            digest.add(id.getMostSignificantBits());
            digest.add(id.getLeastSignificantBits());
            numbers.forEach(digest::add);
        });
    }
}
