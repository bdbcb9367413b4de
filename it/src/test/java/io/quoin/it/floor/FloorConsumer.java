// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.Histogram;

/** A thread that receives: reads what there is and acknowledges it with one number. Its latency is the time since each message was sent. */
final class FloorConsumer extends Thread {
    private final SocketChannel channel;
    private final int unitBytes;
    private final FloorClient.Phase phase;
    private final Histogram latency = FloorResult.Latency.histogram();
    private volatile long received;

    FloorConsumer(SocketChannel channel, int unitBytes, FloorClient.Phase phase) {
        super("floor-consumer");
        this.channel = channel;
        this.unitBytes = unitBytes;
        this.phase = phase;
        setDaemon(true);
    }

    long received() {
        return received;
    }

    /** After it has ended. */
    Histogram latency() {
        return latency;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.max(4, (256 << 10) / unitBytes) * unitBytes);
        ByteBuffer ack = ByteBuffer.allocateDirect(4);
        try {
            while (channel.read(buffer) >= 0) {
                int count = buffer.position() / unitBytes;
                if (count > 0) {
                    record(buffer, count);
                    buffer.flip().position(count * unitBytes);
                    buffer.compact();
                    channel.write(ack.clear().putInt(0, count));
                    received += count;
                }
            }
        } catch (AsynchronousCloseException e) {
            // The run is over.
        } catch (ClosedChannelException e) {
            // Likewise, between two reads.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void record(ByteBuffer buffer, int count) {
        if (phase.measuring) {
            long nowNs = System.nanoTime();
            int same;
            for (int i = 0; i < count; i += same) {
                long sentAtNs = buffer.getLong(i * unitBytes);
                same = 1;
                while (i + same < count && buffer.getLong((i + same) * unitBytes) == sentAtNs) {
                    same++;
                }
                latency.recordValueWithCount(nowNs - sentAtNs, same);
            }
        }
    }
}
