// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection of one producer, which writes and reads by itself. Thread: the producer's. */
final class OwnLink implements ProducerChannel {
    private final SocketChannel channel;
    private final ByteBuffer receipts = ByteBuffer.allocateDirect(4096);

    OwnLink(SocketChannel channel, FloorOptions options) {
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer messages) throws IOException {
        while (messages.hasRemaining()) {
            channel.write(messages);
        }
    }

    @Override
    public int awaitReceipts() throws IOException {
        int count = 0;
        while (count == 0) {
            if (channel.read(receipts) < 0) {
                throw new IOException("The server has closed the connection");
            }
            receipts.flip();
            while (receipts.remaining() >= 4) {
                count += receipts.getInt();
            }
            receipts.compact();
        }
        return count;
    }
}
