// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.queue.Digest;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transactions whose work is in the log and not in effect, and those that an administrator decided. Changed by
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

    /** The branch of that name, prepared or decided; null if there is none. */
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
        byXid.remove(transaction.xid());
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

    void put(ByteBuffer to) {
        to.putLong(lastNumber).putInt(byNumber.size());
        for (LoggedTransaction transaction : byNumber.values()) {
            transaction.put(to);
        }
    }

    void restore(ByteBuffer from) {
        lastNumber = from.getLong();
        for (int n = from.getInt(); n > 0; n--) {
            LoggedTransaction transaction = LoggedTransaction.read(from);
            byNumber.put(transaction.number(), transaction);
            byXid.put(transaction.xid(), transaction);
        }
    }
}
