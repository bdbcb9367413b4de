// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The server's end of a connection that is given messages and acknowledges them in numbers of four bytes. Thread: the event loop. */
final class ConsumerLink {
    /** Fewer are not worth a system call if there are more. */
    private static final int GIVE_MIN = 16;

    SelectionKey key;

    final int number;

    /** In all, and those that no record in the log tells of. */
    long acknowledged;

    int unlogged;

    private final SocketChannel channel;
    private final Ring messages;
    private final ByteBuffer view;
    private final ByteBuffer acks = ByteBuffer.allocateDirect(4096);
    private int credit;

    /** What it was given and has not gone out, in the ring. */
    private long from;

    private long to;
    private boolean isWaitingToWrite;

    ConsumerLink(SocketChannel channel, int number, Ring messages, int credit) {
        this.channel = channel;
        this.number = number;
        this.messages = messages;
        this.view = messages.bytes.duplicate();
        this.credit = credit;
    }

    boolean canTake() {
        return credit > 0 && from == to;
    }

    /** Takes its share of what is ready between two positions, and returns where the rest begins. */
    long give(long ready, long end, int consumers) throws IOException {
        int unit = messages.unitBytes;
        int count = (int) ((end - ready) / unit);
        int share = Math.max(GIVE_MIN, (count + consumers - 1) / consumers);
        int given = Math.min(Math.min(count, share), credit);
        credit -= given;
        from = ready;
        to = ready + (long) given * unit;
        write();
        return ready + (long) given * unit;
    }

    /** The first position that it still needs, or the given one if none. */
    long needed(long otherwise) {
        return from == to ? otherwise : from;
    }

    void write() throws IOException {
        boolean isFull = false;
        while (from < to && !isFull) {
            messages.show(view, from, to);
            from += channel.write(view);
            isFull = view.hasRemaining();
        }
        if (isFull != isWaitingToWrite) {
            isWaitingToWrite = isFull;
            key.interestOps(isFull ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    void readAcks() throws IOException {
        if (channel.read(acks) < 0) {
            key.cancel();
            return;
        }
        acks.flip();
        while (acks.remaining() >= 4) {
            int count = acks.getInt();
            credit += count;
            unlogged += count;
            acknowledged += count;
        }
        acks.compact();
    }
}
