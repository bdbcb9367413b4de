// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What disk and loopback do by themselves, one thing after the other, with nobody else at work.
 *
 * @param syncUs the median of a write of 1 KiB to a file that has its length, with its sync
 * @param roundTripUs the median of 1 KiB to another thread over a loopback socket, and one byte back
 */
record MachineLimits(double syncUs, double roundTripUs) {

    private static final int COUNT = 2_000;
    private static final int BYTES = 1_100;

    static MachineLimits measure(Path folder) throws IOException, InterruptedException {
        return new MachineLimits(measureSyncUs(folder), measureRoundTripUs());
    }

    private static double measureSyncUs(Path folder) throws IOException {
        Path file = folder.resolve("limits.tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
            channel.write(ByteBuffer.allocate(COUNT * BYTES), 0);
            channel.force(true);
            double[] times = new double[COUNT];
            for (int i = 0; i < COUNT; i++) {
                long beganNs = System.nanoTime();
                channel.write(bytes.clear(), (long) i * BYTES);
                channel.force(false);
                times[i] = (System.nanoTime() - beganNs) / 1e3;
            }
            return median(times);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static double measureRoundTripUs() throws IOException, InterruptedException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread echo = new Thread(() -> echo(listener), "echo");
            echo.start();
            double[] times = new double[COUNT];
            try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
                ByteBuffer answer = ByteBuffer.allocateDirect(1);
                for (int i = 0; i < COUNT; i++) {
                    long beganNs = System.nanoTime();
                    write(channel, bytes.clear());
                    read(channel, answer.clear());
                    times[i] = (System.nanoTime() - beganNs) / 1e3;
                }
            }
            echo.join();
            return median(times);
        }
    }

    private static void echo(ServerSocketChannel listener) {
        try (SocketChannel channel = listener.accept()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
            ByteBuffer answer = ByteBuffer.allocateDirect(1);
            while (read(channel, bytes.clear())) {
                write(channel, answer.clear());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean read(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
