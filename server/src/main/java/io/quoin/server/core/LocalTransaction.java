// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session has sent in its open local transaction, kept until it is committed, and what it has acknowledged, which is
 * marked in the consumers' {@link Deliveries}.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LocalTransaction {

    private static final int INITIAL_BYTES = 4 * 1024;
    /** destination 4, flags 4, sequence 8, expiresAtMs 8, dueAtMs 8, length 4. */
    private static final int HEAD_BYTES = 36;

    private ByteBuffer sends = ByteBuffer.allocate(INITIAL_BYTES);
    private int sendCount;
    private int ackCount;
    private final List<HeldTags> held = new ArrayList<>(1);
    private int at;
    private boolean isRollbackOnly;

    /** Keeps a copy of a message with what is known of its send. */
    void add(int destination, boolean persistent, long sequence, long expiresAtMs, long dueAtMs, ByteBuffer payload) {
        ensure(HEAD_BYTES + payload.remaining());
        sends.putInt(destination)
                .putInt(persistent ? 1 : 0)
                .putLong(sequence)
                .putLong(expiresAtMs)
                .putLong(dueAtMs)
                .putInt(payload.remaining());
        sends.put(sends.position(), payload, payload.position(), payload.remaining());
        sends.position(sends.position() + payload.remaining());
        sendCount++;
    }

    void acknowledged(Consumer consumer, long tag) {
        of(consumer).add(tag);
        ackCount++;
    }

    private HeldTags of(Consumer consumer) {
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).consumer() == consumer) {
                return held.get(i);
            }
        }
        HeldTags first = new HeldTags(consumer);
        held.add(first);
        return first;
    }

    /** What it has acknowledged. */
    List<HeldTags> held() {
        return held;
    }

    /** Bytes that its sends take. */
    int bytes() {
        return sends.position();
    }

    /** Its sends and acknowledgements. */
    int size() {
        return sendCount + ackCount;
    }

    int sendCount() {
        return sendCount;
    }

    boolean isRollbackOnly() {
        return isRollbackOnly;
    }

    /** Part of its work was refused without its knowing: it cannot be committed. */
    void rollbackOnly() {
        isRollbackOnly = true;
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

    int length() {
        return sends.getInt(at + 32);
    }

    /** Holds the message at {@link #messageAt}. */
    ByteBuffer buffer() {
        return sends;
    }

    int messageAt() {
        return at + HEAD_BYTES;
    }

    private void ensure(int bytes) {
        if (sends.remaining() < bytes) {
            int size = Math.max(2 * sends.capacity(), sends.position() + bytes);
            sends = ByteBuffer.allocate(size).put(sends.flip());
        }
    }
}
