// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transactions whose work is in the log and not, or not all, in effect, and those that an administrator decided. Changed by
 * {@link TransactionApplier} only.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LoggedTransactions {

    private final TreeMap<Long, LoggedTransaction> byNumber = new TreeMap<>();
    private final Map<Xid, LoggedTransaction> byXid = new HashMap<>();
    private long lastNumber;

    /** The number of the next one. */
    long nextNumber() {
        return lastNumber + 1;
    }

    /** The branch of that name, prepared, decided, or being completed; null if there is none. */
    @Nullable
    LoggedTransaction find(Xid xid) {
        return byXid.get(xid);
    }

    @Nullable
    LoggedTransaction find(long number) {
        return byNumber.get(number);
    }

    /** In the order of their numbers. */
    Collection<LoggedTransaction> all() {
        return byNumber.values();
    }

    /** Those with higher numbers, in their order. */
    Collection<LoggedTransaction> after(long number) {
        return byNumber.tailMap(number, false).values();
    }

    /** The one of that number, which begins with its first record. */
    LoggedTransaction open(long number) {
        LoggedTransaction transaction = byNumber.get(number);
        if (transaction == null) {
            transaction = new LoggedTransaction(number);
            byNumber.put(number, transaction);
            lastNumber = Math.max(lastNumber, number);
        }
        return transaction;
    }

    void prepared(LoggedTransaction transaction, Xid xid, long atMs) {
        transaction.prepared(xid, atMs);
        byXid.put(xid, transaction);
    }

    void forget(LoggedTransaction transaction) {
        byNumber.remove(transaction.number());
        if (transaction.isBranch()) {
            byXid.remove(transaction.xid());
        }
    }

    void digest(Digest digest) {
        digest.add(lastNumber);
        for (LoggedTransaction transaction : byNumber.values()) {
            transaction.digest(digest);
        }
    }

    // --- in a snapshot

    /** Bytes that {@link #put} writes at most. */
    int snapshotBytes() {
        int bytes = 8 + 4;
        for (LoggedTransaction transaction : byNumber.values()) {
            bytes += transaction.snapshotBytes();
        }
        return bytes;
    }

    /** Writes what is in no block, and adds the blocks, which the snapshot takes later. */
    void put(ByteBuffer to, List<StateChunk.Frozen> frozen) {
        to.putLong(lastNumber).putInt(byNumber.size());
        for (LoggedTransaction transaction : byNumber.values()) {
            transaction.put(to, frozen);
        }
    }

    void restore(ByteBuffer from, SnapshotSource source) {
        lastNumber = from.getLong();
        for (int n = from.getInt(); n > 0; n--) {
            restored(LoggedTransaction.read(from, source));
        }
    }

    /** Those of a snapshot of version 3 or 4. */
    void restoreVersion4(ByteBuffer from, IndexStore blocks) {
        lastNumber = from.getLong();
        for (int n = from.getInt(); n > 0; n--) {
            restored(LoggedTransaction.readVersion4(from, blocks));
        }
    }

    private void restored(LoggedTransaction transaction) {
        byNumber.put(transaction.number(), transaction);
        if (transaction.isBranch()) {
            byXid.put(transaction.xid(), transaction);
        }
    }
}
