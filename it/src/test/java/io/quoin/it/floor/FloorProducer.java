// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that sends: writes a batch if the window has room for it, otherwise waits for receipts.
 *
 * <p>Its latency is the time from the call that sent a message (or, where a rate is given and the producer is behind it, from when the message was due) to when the
 * producer has read its receipt. With a window above 1 it reads receipts only when the window is full.
 */
final class FloorProducer extends Thread {
    private final ProducerChannel channel;
    private final FloorClient.Phase phase;
    private final int window;
    private final int batch;
    private final int unitBytes;

    /** Between two batches, for a rate; 0 for none. */
    private final long intervalNs;

    private final ByteBuffer buffer;
    private final Histogram latency = FloorResult.Latency.histogram();

    /** When the messages without a receipt were sent, used round and round. */
    private final long[] sentAtNs;

    private long sent;
    private volatile long receipts;

    FloorProducer(ProducerChannel channel, FloorOptions options, FloorClient.Phase phase) {
        super("floor-producer");
        this.channel = channel;
        this.phase = phase;
        this.window = options.window();
        this.batch = options.batch();
        this.unitBytes = options.unitBytes();
        this.intervalNs = options.rate() == 0 ? 0 : options.producers() * batch * 1_000_000_000L / options.rate();
        this.sentAtNs = new long[window];
        this.buffer = ByteBuffer.allocateDirect(batch * unitBytes);
        byte[] bytes = new byte[buffer.capacity()];
        new Random(1).nextBytes(bytes);
        buffer.put(bytes);
        setDaemon(true);
    }

    long receipts() {
        return receipts;
    }

    /** After it has ended. */
    Histogram latency() {
        return latency;
    }

    @Override
    public void run() {
        try {
            long dueNs = System.nanoTime();
            while (!phase.stopping) {
                while (sent - receipts + batch > window) {
                    takeReceipts();
                }
                send(intervalNs == 0 ? System.nanoTime() : await(dueNs));
                dueNs += intervalNs;
            }
            while (receipts < sent) {
                takeReceipts();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when the batch is taken to be sent: now if it had to wait until it was due, otherwise when it was. */
    private static long await(long dueNs) {
        long nowNs = System.nanoTime();
        if (nowNs >= dueNs) {
            return dueNs;
        }
        while (nowNs < dueNs) {
            LockSupport.parkNanos(dueNs - nowNs);
            nowNs = System.nanoTime();
        }
        return nowNs;
    }

    private void send(long timeNs) throws IOException {
        buffer.clear();
        for (int i = 0; i < batch; i++) {
            buffer.putLong(i * unitBytes, timeNs);
            sentAtNs[(int) (sent++ % window)] = timeNs;
        }
        channel.write(buffer);
    }

    private void takeReceipts() throws IOException {
        int count = channel.awaitReceipts();
        long first = receipts;
        if (phase.measuring) {
            long nowNs = System.nanoTime();
            int same;
            for (int i = 0; i < count; i += same) {
                long timeNs = sentAtNs[(int) ((first + i) % window)];
                same = 1;
                while (i + same < count && sentAtNs[(int) ((first + i + same) % window)] == timeNs) {
                    same++;
                }
                latency.recordValueWithCount(nowNs - timeNs, same);
            }
        }
        receipts = first + count;
    }
}
