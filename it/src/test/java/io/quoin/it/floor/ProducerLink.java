// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The server's end of a connection that sends messages and is told, in numbers of four bytes, how many more are done. Thread: the event loop. */
final class ProducerLink {
    SelectionKey key;

    private final SocketChannel channel;
    private final int unitBytes;

    /** The beginning of a message whose end has not come yet. */
    private final ByteBuffer stash;

    private final ByteBuffer receipt = ByteBuffer.allocateDirect(4).limit(0);
    private ByteBuffer view;
    private int unsent;
    private boolean isWaitingToWrite;

    ProducerLink(SocketChannel channel, int unitBytes) {
        this.channel = channel;
        this.unitBytes = unitBytes;
        this.stash = ByteBuffer.allocateDirect(unitBytes);
    }

    ByteBuffer view(Ring messages) {
        if (view == null) {
            view = messages.bytes.duplicate();
        }
        return view;
    }

    /** Reads into the room once, and returns how many whole messages lie there now, or a negative number at the end of the stream. */
    int read(ByteBuffer room) throws IOException {
        int start = room.position();
        if (stash.position() > 0) {
            room.put(stash.flip());
            stash.clear();
        }
        if (channel.read(room) < 0) {
            return -1;
        }
        int bytes = room.position() - start;
        int whole = bytes / unitBytes;
        if (bytes > whole * unitBytes) {
            stash.put(room.flip().position(start + whole * unitBytes));
        }
        return whole;
    }

    void addReceipts(int messages) {
        unsent += messages;
    }

    boolean hasReceipts() {
        return unsent > 0;
    }

    /** Sends one number for all receipts that have gathered. */
    void flush() throws IOException {
        if (!receipt.hasRemaining() && unsent > 0) {
            receipt.clear().putInt(0, unsent);
            unsent = 0;
        }
        channel.write(receipt);
        boolean isFull = receipt.hasRemaining();
        if (isFull != isWaitingToWrite) {
            isWaitingToWrite = isFull;
            key.interestOps(isFull ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }
}
