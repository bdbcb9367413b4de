// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.model.TxPreparedRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A transaction whose work is in the log and not in effect: a prepared branch; or one that an administrator decided, of which
 * only the outcome is left. Of each message that it sends it has what the record says before the message itself, so that
 * commit needs no disk.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LoggedTransaction {

    /** What is known of it; the code is that of snapshots. */
    enum State {
        /** Its records are being applied. */
        OPEN(0),
        PREPARED(1),
        /** An administrator has committed it. */
        DECIDED_COMMIT(2),
        /** An administrator has rolled it back. */
        DECIDED_ROLLBACK(3);

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
    private State state = State.OPEN;
    private @Nullable Xid xid;
    private long preparedAtMs;
    /** Heads and fields of the records of its sends, each at a multiple of 8. */
    private ByteBuffer sends = ByteBuffer.allocate(256);

    private long[] positions = new long[4];
    private int sendCount;
    private long sendBytes;

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

    /** The branch's name; only of a prepared or decided one. */
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

    int sendCount() {
        return sendCount;
    }

    /** Bytes of the messages that it sends. */
    long sendBytes() {
        return sendBytes;
    }

    void prepared(Xid newXid, long atMs) {
        xid = newXid;
        preparedAtMs = atMs;
        state = State.PREPARED;
    }

    /** Only the outcome is left. */
    void decided(State outcome) {
        state = outcome;
        held.clear();
        sends = ByteBuffer.allocate(0);
        positions = new long[0];
        sendCount = 0;
        sendBytes = 0;
    }

    /** Takes in a record of a message that it sends. */
    void sent(RecordView record) {
        int bytes = HEAD_BYTES + record.fieldsLength();
        add(record.buffer(), record.fieldsAt() - HEAD_BYTES, bytes, record.position());
        sendBytes += record.payloadLength();
    }

    private void add(ByteBuffer from, int at, int bytes, long position) {
        int padded = padded(bytes);
        if (sends.remaining() < padded) {
            sends = ByteBuffer.allocate(2 * sends.capacity() + padded).put(sends.flip());
        }
        if (sendCount == positions.length) {
            positions = Arrays.copyOf(positions, 2 * sendCount);
        }
        sends.put(sends.position(), from, at, bytes);
        sends.position(sends.position() + padded);
        positions[sendCount++] = position;
    }

    private static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }

    /** Shows one send after the other. */
    Sends sends() {
        return new Sends();
    }

    /** A walk over the sends: {@link #next} moves to one, which {@link #record} then shows, without its payload. */
    final class Sends {
        private final RecordView view = new RecordView();
        private int index = -1;
        private int at;

        /** Whether there is another one, which the getters mean now. */
        boolean next() {
            if (index >= 0) {
                at += padded(HEAD_BYTES + view.fieldsLength());
            }
            index++;
            if (index >= sendCount) {
                return false;
            }
            view.wrap(sends, at, positions[index]);
            return true;
        }

        /** Head and fields; its position is the message's. */
        RecordView record() {
            return view;
        }
    }

    /** Whether one of its messages lies there. */
    boolean refersTo(long position) {
        for (int i = 0; i < sendCount; i++) {
            if (positions[i] == position) {
                return true;
            }
        }
        return false;
    }

    /** One of its messages is elsewhere now; returns its length in bytes, -1 if there is none at {@code from}. */
    int moved(long from, long to) {
        Sends walk = sends();
        while (walk.next()) {
            if (walk.record().position() == from) {
                positions[walk.index] = to;
                return walk.record().payloadLength();
            }
        }
        return -1;
    }

    void digest(Digest digest) {
        digest.add(number);
        digest.add(state.code);
        digest.add(preparedAtMs);
        digest.add(xid == null ? 0 : xid.hashCode());
        for (int i = 0; i < sendCount; i++) {
            digest.add(positions[i]);
        }
        for (int i = 0; i < held.size(); i++) {
            digest.add(held.source(i));
            digest.add(held.priority(i));
            digest.add(held.arrival(i));
        }
    }

    // --- in a snapshot

    int snapshotBytes() {
        return 8 + 1 + 8 + TxPreparedRecord.BYTES_MAX + 8 + 8 + sends.position() + 8 * sendCount + 4 + 13 * held.size();
    }

    void put(ByteBuffer to) {
        to.putLong(number).put((byte) state.code).putLong(preparedAtMs);
        TxPreparedRecord.put(to, xid());
        to.putInt(sendCount).putInt(sends.position()).putLong(sendBytes);
        to.put(sends.duplicate().flip());
        for (int i = 0; i < sendCount; i++) {
            to.putLong(positions[i]);
        }
        to.putInt(held.size());
        for (int i = 0; i < held.size(); i++) {
            to.putInt(held.source(i)).put((byte) held.priority(i)).putLong(held.arrival(i));
        }
    }

    static LoggedTransaction read(ByteBuffer from) {
        LoggedTransaction transaction = new LoggedTransaction(from.getLong());
        State state = State.of(from.get());
        long preparedAtMs = from.getLong();
        transaction.prepared(TxPreparedRecord.readXid(from), preparedAtMs);
        int count = from.getInt();
        int bytes = from.getInt();
        transaction.sendBytes = from.getLong();
        transaction.sends = ByteBuffer.allocate(bytes);
        transaction.sends.put(from.slice(from.position(), bytes));
        from.position(from.position() + bytes);
        transaction.positions = new long[Math.max(1, count)];
        for (int i = 0; i < count; i++) {
            transaction.positions[i] = from.getLong();
        }
        transaction.sendCount = count;
        for (int n = from.getInt(); n > 0; n--) {
            transaction.held.add(from.getInt(), from.get(), from.getLong());
        }
        transaction.state = state;
        return transaction;
    }
}
