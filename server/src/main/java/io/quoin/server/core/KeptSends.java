// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.nio.ByteBuffer;

/**
 * Messages that a connection has sent in a transaction, with what is known of each send, kept in memory until the transaction
 * ends. A cursor goes over them.
 *
 * <p>What it takes counts in the {@link KeptMemory} of all transactions until it is {@linkplain #release released}.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class KeptSends {

    private static final int INITIAL_BYTES = 4 * 1024;
    /** destination 4, flags 4, sequence 8, expiresAtMs 8, dueAtMs 8, after 4, length 4. */
    private static final int HEAD_BYTES = 40;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final KeptMemory memory;
    private ByteBuffer sends = NONE;
    private boolean released;
    private int count;
    private int at;

    KeptSends(KeptMemory memory) {
        this.memory = memory;
    }

    /** Its transaction has ended: what it holds may be read once more, and does not count any longer. */
    void release() {
        if (!released) {
            released = true;
            memory.released(sends.capacity());
        }
    }

    /**
     * Keeps a copy of a message with what is known of its send.
     *
     * @param after how many of the transaction's messages that are in the log come before it
     */
    void add(
            int destination,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            int after,
            ByteBuffer payload) {
        ensure(HEAD_BYTES + payload.remaining());
        sends.putInt(destination)
                .putInt(persistent ? 1 : 0)
                .putLong(sequence)
                .putLong(expiresAtMs)
                .putLong(dueAtMs)
                .putInt(after)
                .putInt(payload.remaining());
        sends.put(sends.position(), payload, payload.position(), payload.remaining());
        sends.position(sends.position() + payload.remaining());
        count++;
    }

    /** Bytes that they take. */
    int bytes() {
        return sends.position();
    }

    int count() {
        return count;
    }

    /** Goes to the first send; {@link #next} makes the getters mean the following one. */
    void first() {
        at = 0;
    }

    /** Whether the getters mean a send: not past the last one. */
    boolean isAtSend() {
        return at < sends.position();
    }

    void next() {
        at += HEAD_BYTES + length();
    }

    int destination() {
        return sends.getInt(at);
    }

    boolean isPersistent() {
        return sends.getInt(at + 4) != 0;
    }

    long sequence() {
        return sends.getLong(at + 8);
    }

    long expiresAtMs() {
        return sends.getLong(at + 16);
    }

    long dueAtMs() {
        return sends.getLong(at + 24);
    }

    int after() {
        return sends.getInt(at + 32);
    }

    int length() {
        return sends.getInt(at + 36);
    }

    /** Holds the message at {@link #messageAt}. */
    ByteBuffer buffer() {
        return sends;
    }

    int messageAt() {
        return at + HEAD_BYTES;
    }

    /** The message, from position to limit; good until the next is added. */
    ByteBuffer payload() {
        return sends.duplicate().limit(messageAt() + length()).position(messageAt());
    }

    private void ensure(int bytes) {
        if (sends.remaining() < bytes) {
            int size = Math.max(Math.max(2 * sends.capacity(), INITIAL_BYTES), sends.position() + bytes);
            memory.taken(size - sends.capacity());
            sends = ByteBuffer.allocate(size).put(sends.flip());
        }
    }
}
