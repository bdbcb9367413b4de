// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All producing connections that are remembered. A resend after a lost answer is recognised by connection id and sequence.
 * Changed only by records.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class ProducerTable {

    private final Map<UUID, Producer> byConnection = new HashMap<>();
    private final IntMap<Producer> byNumber = new IntMap<>();
    private int lastNumber;

    @Nullable
    Producer find(UUID connectionId) {
        return byConnection.get(connectionId);
    }

    @Nullable
    Producer find(int number) {
        return byNumber.get(number);
    }

    /** In the order of their numbers. */
    List<Producer> all() {
        return byNumber.values();
    }

    int size() {
        return byNumber.size();
    }

    /** The number for the next producer; positive and never used again. */
    int nextNumber() {
        return lastNumber + 1;
    }

    int lastNumber() {
        return lastNumber;
    }

    /** Restores what a snapshot says. */
    void lastNumber(int restored) {
        lastNumber = restored;
    }

    /** Applies {@code PRODUCER_OPENED}. */
    Producer opened(int number, UUID connectionId) {
        Producer producer = new Producer(number, connectionId);
        byConnection.put(connectionId, producer);
        byNumber.put(number, producer);
        lastNumber = Math.max(lastNumber, number);
        return producer;
    }

    /** Applies {@code PRODUCER_CLOSED}. */
    void closed(int number) {
        Producer producer = byNumber.remove(number);
        if (producer != null) {
            byConnection.remove(producer.connectionId());
        }
    }

    /** Applies a send: it is stored. */
    void stored(int number, long sequence) {
        Producer producer = byNumber.get(number);
        if (producer != null) {
            producer.stored(sequence);
        }
    }

    /** Applies {@code PRODUCER_HOLE}. */
    void refused(int number, long first, long last) {
        Producer producer = byNumber.get(number);
        if (producer != null) {
            producer.refused(first, last);
        }
    }

    /** Applies {@code COMMITTED}. */
    void committed(int number, long transaction) {
        Producer producer = byNumber.get(number);
        if (producer != null) {
            producer.commits().add(transaction);
        }
    }
}
