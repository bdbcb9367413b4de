// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The producers and consumers of a run: a thread each, as the threads of an application are, with blocking sockets, so that nobody hands anything to another thread.
 */
final class FloorClient {
    /** How long messages may stay on their way after the last was sent. */
    private static final long DRAIN_LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private final FloorOptions options;
    private final int port;
    private final Phase phase = new Phase();
    private final List<FloorProducer> producers = new ArrayList<>();
    private final List<FloorConsumer> consumers = new ArrayList<>();
    private final List<SharedLink> links = new ArrayList<>();

    FloorClient(FloorOptions options, int port) {
        this.options = options;
        this.port = port;
    }

    /** The last argument is the server's port. Prints the result as one line. */
    public static void main(String[] arguments) throws Exception {
        FloorOptions options = FloorOptions.parse(
                List.of(arguments).subList(0, arguments.length - 1).toArray(String[]::new));
        Processes.endWithParent();
        FloorClient client = new FloorClient(options, Integer.parseInt(arguments[arguments.length - 1]));
        Processes.say("result " + client.run().toLine());
        Runtime.getRuntime().halt(0);
    }

    FloorResult run() throws IOException, InterruptedException {
        connect();
        consumers.forEach(Thread::start);
        producers.forEach(Thread::start);
        pass(options.warmUpSeconds());
        long sentBefore = receipts();
        long receivedBefore = received();
        long startNs = System.nanoTime();
        phase.measuring = true;
        pass(options.seconds());
        phase.measuring = false;
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long sent = receipts() - sentBefore;
        long received = received() - receivedBefore;
        phase.stopping = true;
        drain();
        return new FloorResult(
                sent / seconds,
                received / seconds,
                FloorResult.Latency.of(sendLatency()),
                FloorResult.Latency.of(endToEnd()));
    }

    private void connect() throws IOException {
        for (int i = 0; i < options.consumers(); i++) {
            consumers.add(new FloorConsumer(open(FloorServer.CONSUMER), options.unitBytes(), phase));
        }
        for (int i = 0; i < options.connections(); i++) {
            SocketChannel channel = open(FloorServer.PRODUCER);
            int sharing = options.producers() / options.connections()
                    + (i < options.producers() % options.connections() ? 1 : 0);
            if (sharing == 1) {
                producers.add(new FloorProducer(new OwnLink(channel, options), options, phase));
            } else {
                SharedLink link = new SharedLink(channel, options, sharing);
                links.add(link);
                for (int k = 0; k < sharing; k++) {
                    producers.add(new FloorProducer(link.member(k), options, phase));
                }
            }
        }
        links.forEach(SharedLink::start);
    }

    private SocketChannel open(byte role) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.write(ByteBuffer.wrap(new byte[] {role}));
        return channel;
    }

    /** Waits for all receipts and all messages, so that a floor that lost any is found out. */
    private void drain() throws InterruptedException {
        long limitNs = System.nanoTime() + DRAIN_LIMIT_NS;
        for (FloorProducer producer : producers) {
            producer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(limitNs - System.nanoTime())));
        }
        while (options.consumers() > 0 && received() < receipts() && System.nanoTime() < limitNs) {
            LockSupport.parkNanos(1_000_000);
        }
        boolean isDone = producers.stream().noneMatch(Thread::isAlive);
        if (!isDone || (options.consumers() > 0 && received() != receipts())) {
            throw new IllegalStateException("Sent " + receipts() + " messages and received " + received());
        }
        // Consumers wait in a read; to close their sockets is to stop them.
        for (FloorConsumer consumer : consumers) {
            consumer.close();
            consumer.join();
        }
    }

    private long receipts() {
        return producers.stream().mapToLong(FloorProducer::receipts).sum();
    }

    private long received() {
        return consumers.stream().mapToLong(FloorConsumer::received).sum();
    }

    private Histogram sendLatency() {
        Histogram sum = FloorResult.Latency.histogram();
        producers.forEach(producer -> sum.add(producer.latency()));
        return sum;
    }

    private Histogram endToEnd() {
        Histogram sum = FloorResult.Latency.histogram();
        consumers.forEach(consumer -> sum.add(consumer.latency()));
        return sum;
    }

    private static void pass(double seconds) {
        long endNs = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = endNs - System.nanoTime(); left > 0; left = endNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** What all threads look at. */
    static final class Phase {
        volatile boolean measuring;
        volatile boolean stopping;
    }
}
