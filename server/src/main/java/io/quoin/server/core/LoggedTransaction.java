// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.model.TxPreparedRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction whose work is in the log and not, or not all, in effect: a prepared branch; one that is so large that its work is
 * logged as it comes; one that is decided and takes effect, or is undone, in steps; or one that an administrator decided, of
 * which only the outcome is left. Commit needs no disk.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LoggedTransaction {

    /** What is known of it; the code is that of snapshots. */
    enum State {
        /** Nobody has decided it: its work is still coming. No restart leaves one. */
        OPEN(0),
        PREPARED(1),
        /** An administrator has committed it. */
        DECIDED_COMMIT(2),
        /** An administrator has rolled it back. */
        DECIDED_ROLLBACK(3),
        /** It is committed, and what is left of its work takes effect in steps. */
        TAKING_EFFECT(4),
        /** It is rolled back, and what is left of its work is undone in steps. */
        BEING_UNDONE(5);

        private final int code;

        State(int code) {
            this.code = code;
        }

        static State of(int code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            throw new IllegalArgumentException("no transaction has the state " + code);
        }
    }

    private static final int HEAD_BYTES = 16;

    private final long number;
    private final HeldMessages held = new HeldMessages();
    private final LoggedSends sends = new LoggedSends();
    private State state = State.OPEN;
    private boolean isHeuristic;
    private @Nullable Xid xid;
    private long preparedAtMs;

    LoggedTransaction(long number) {
        this.number = number;
    }

    /** Given once; orders them. */
    long number() {
        return number;
    }

    State state() {
        return state;
    }

    boolean isPrepared() {
        return state == State.PREPARED;
    }

    /** Whether it is decided, and some of its work has neither taken effect nor been undone. */
    boolean isInSteps() {
        return state == State.TAKING_EFFECT || state == State.BEING_UNDONE;
    }

    /** Whether transaction managers and administrators may be told of it: it is prepared, or an administrator decided it. */
    boolean isTold() {
        return state == State.PREPARED || state == State.DECIDED_COMMIT || state == State.DECIDED_ROLLBACK;
    }

    /** Whether it is, or was, a prepared branch. */
    boolean isBranch() {
        return xid != null;
    }

    /** The branch's name; only of a branch that was prepared. */
    Xid xid() {
        if (xid == null) {
            throw new IllegalStateException("transaction " + number + " has no xid: it is not prepared");
        }
        return xid;
    }

    /** On the server's clock. */
    long preparedAtMs() {
        return preparedAtMs;
    }

    /** What it acknowledges. */
    HeldMessages held() {
        return held;
    }

    /** What it sends. */
    LoggedSends sends() {
        return sends;
    }

    /** Its acknowledgements and sends. */
    long size() {
        return held.size() + sends.count();
    }

    void prepared(Xid newXid, long atMs) {
        xid = newXid;
        preparedAtMs = atMs;
        state = State.PREPARED;
    }

    /** From now on it takes effect or is undone. */
    void inSteps(boolean commit, boolean heuristic) {
        state = commit ? State.TAKING_EFFECT : State.BEING_UNDONE;
        isHeuristic = heuristic;
        if (!commit) {
            held.clear(); // whoever undoes it has given them back, or nobody ever held them
        }
    }

    /** Whether an administrator has decided the one that takes effect or is undone. */
    boolean isHeuristic() {
        return isHeuristic;
    }

    /** Only the outcome is left. */
    void decided(boolean commit) {
        state = commit ? State.DECIDED_COMMIT : State.DECIDED_ROLLBACK;
        held.clear();
        sends.clear();
    }

    void digest(Digest digest) {
        digest.add(number);
        digest.add(state.code + (isHeuristic ? 16 : 0));
        digest.add(preparedAtMs);
        digest.add(xid == null ? 0 : xid.hashCode());
        sends.digest(digest);
        held.digest(digest);
    }

    // --- in a snapshot

    int snapshotBytes() {
        return 8 + 1 + 1 + 8 + 1 + TxPreparedRecord.BYTES_MAX + sends.snapshotBytes() + held.snapshotBytes();
    }

    void put(ByteBuffer to, List<StateChunk.Frozen> frozen) {
        to.putLong(number)
                .put((byte) state.code)
                .put((byte) (isHeuristic ? 1 : 0))
                .putLong(preparedAtMs);
        to.put((byte) (xid == null ? 0 : 1));
        if (xid != null) {
            TxPreparedRecord.put(to, xid);
        }
        sends.put(to, frozen);
        held.put(to);
    }

    static LoggedTransaction read(ByteBuffer from, SnapshotSource source) {
        LoggedTransaction transaction = new LoggedTransaction(from.getLong());
        transaction.state = State.of(from.get());
        transaction.isHeuristic = from.get() != 0;
        transaction.preparedAtMs = from.getLong();
        if (from.get() != 0) {
            transaction.xid = TxPreparedRecord.readXid(from);
        }
        transaction.sends.read(from, source);
        transaction.held.read(from);
        return transaction;
    }

    /** One of a snapshot of version 3 or 4. */
    static LoggedTransaction readVersion4(ByteBuffer from, IndexStore blocks) {
        LoggedTransaction transaction = new LoggedTransaction(from.getLong());
        State state = State.of(from.get());
        long preparedAtMs = from.getLong();
        transaction.prepared(TxPreparedRecord.readXid(from), preparedAtMs);
        int count = from.getInt();
        int bytes = from.getInt();
        from.getLong();
        ByteBuffer records = from.slice(from.position(), bytes);
        from.position(from.position() + bytes);
        RecordView view = new RecordView();
        for (int i = 0, at = 0; i < count; i++) {
            view.wrap(records, at, from.getLong());
            transaction.sends.add(view, blocks);
            at += HEAD_BYTES + view.fieldsLength() + 7 & ~7;
        }
        for (int n = from.getInt(); n > 0; n--) {
            transaction.held.add(from.getInt(), from.get(), from.getLong());
        }
        transaction.state = state;
        return transaction;
    }
}
