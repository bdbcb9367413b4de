// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file, filled with zeros ahead and written round and round, so that a sync never has to allocate blocks or change a length.
 *
 * <p>Thread: confined to the one that syncs.
 */
final class LogFile implements AutoCloseable {
    private final long sizeBytes;
    private final FileChannel channel;
    private final Ring messages;
    private final Ring acks;
    private final ByteBuffer[] views;
    private final ByteBuffer[] pieces = new ByteBuffer[4];

    LogFile(FloorOptions options, Ring messages, Ring acks) throws IOException {
        // Room for the largest batch, wherever the last one ended.
        sizeBytes = Math.max((long) options.logMiB() << 20, 2L * (messages.sizeBytes + acks.sizeBytes));
        this.messages = messages;
        this.acks = acks;
        this.views = new ByteBuffer[] {
            acks.bytes.duplicate(), acks.bytes.duplicate(), messages.bytes.duplicate(), messages.bytes.duplicate()
        };
        Path folder = Files.createDirectories(options.data());
        if (Files.getFileStore(folder).type().equals("tmpfs")) {
            throw new IOException(
                    folder + " is in memory, where a sync means nothing: name a folder on a disk with --data");
        }
        channel = FileChannel.open(
                folder.resolve("floor.log"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ);
        if (channel.size() != sizeBytes) {
            fillWithZeros();
        }
        channel.position(0);
    }

    private void fillWithZeros() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < sizeBytes; at += zeros.capacity()) {
            zeros.clear();
            while (zeros.hasRemaining()) {
                channel.write(zeros, at + zeros.position());
            }
        }
        channel.truncate(sizeBytes);
        channel.force(true);
    }

    /** Writes both ranges in one gathering write, and syncs. */
    void writeAndSync(long messagesFrom, long messagesTo, long acksFrom, long acksTo) throws IOException {
        int count = add(acks, acksFrom, acksTo, 0);
        count = add(messages, messagesFrom, messagesTo, count);
        long left = messagesTo - messagesFrom + acksTo - acksFrom;
        if (channel.position() + left > sizeBytes) {
            channel.position(0);
        }
        if (count == 1) {
            while (pieces[0].hasRemaining()) {
                channel.write(pieces[0]);
            }
        } else {
            while (left > 0) {
                left -= channel.write(pieces, 0, count);
            }
        }
        channel.force(false);
    }

    private int add(Ring ring, long from, long to, int count) {
        int next = count;
        for (long at = from; at < to; next++) {
            // A ring has two views: a range is in at most two pieces.
            ByteBuffer view = views[(ring == acks ? 0 : 2) + (at == from ? 0 : 1)];
            pieces[next] = ring.show(view, at, to);
            at += view.remaining();
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
