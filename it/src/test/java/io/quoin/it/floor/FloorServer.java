// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import io.quoin.it.floor.FloorOptions.LogMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The featureless broker: one event loop for all connections and one queue.
 *
 * <p>A turn reads from all sockets that have something, straight into the ring; has the log make the whole of it durable; then answers every producer with the
 * number of its messages that are, and hands those messages to consumers with credit, straight from the ring. No message is copied, parsed or allocated, and the number of
 * system calls goes with the number of turns and connections, not of messages.
 *
 * <p>Thread: everything here belongs to the event loop, but for the memory of the rings, which a {@link LogThread} reads.
 */
final class FloorServer implements AutoCloseable {
    /** First byte of a connection. */
    static final byte PRODUCER = 'P';

    static final byte CONSUMER = 'C';

    /** Acknowledgements that ride with no message are synced after this time. */
    private static final int ACK_DELAY_MS = 5;

    private static final int ACK_RECORD_BYTES = 16;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Ring messages;
    private final Ring acks;
    private final Log log;
    private final ReceiptQueue receipts;
    private final int prefetch;
    private final boolean discards;
    private final Consumer<SelectionKey> onReady = this::onReady;
    private final List<ConsumerLink> consumers = new ArrayList<>();
    private final List<ProducerLink> stalled = new ArrayList<>();

    /** Positions in {@link #messages}: read from producers, given to consumers, and still needed by somebody. */
    private long tail;

    private long delivered;
    private long head;

    /** Position in {@link #acks}, and when the oldest that waits came, or 0. */
    private long acksTail;

    private long acksSinceNs;
    private int nextConsumer;
    private volatile boolean closed;

    FloorServer(FloorOptions options, LogMode mode) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        messages = new Ring(options.ringKiB() << 10, options.unitBytes());
        acks = new Ring(1 << 20, ACK_RECORD_BYTES);
        receipts = new ReceiptQueue(messages.sizeBytes / messages.unitBytes + 1);
        prefetch = options.prefetch();
        discards = options.consumers() == 0;
        log = switch (mode) {
            case IN_PLACE -> new LogInPlace(new LogFile(options, messages, acks));
            case THREAD -> new LogThread(new LogFile(options, messages, acks), selector::wakeup);
            case NONE -> new Log.None();
        };
    }

    /** Serves until it is killed, or until its standard input ends, which it does when its parent dies. */
    public static void main(String[] arguments) throws IOException {
        FloorOptions options = FloorOptions.parse(arguments);
        FloorServer server = new FloorServer(options, options.logs().get(0));
        Processes.endWithParent();
        Processes.say("port " + server.port());
        server.run();
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** The event loop. */
    void run() throws IOException {
        try (selector;
                listener;
                log) {
            while (!closed) {
                turn();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
    }

    /** From any thread. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void turn() throws IOException {
        // 0 waits without limit: whatever could go on does so within the turn.
        selector.select(onReady, acksSinceNs == 0 ? 0 : ACK_DELAY_MS);
        logAcks();
        boolean acksAreDue = acksSinceNs != 0 && System.nanoTime() - acksSinceNs >= ACK_DELAY_MS * 1_000_000L;
        long durable = log.advance(tail, acksTail, acksAreDue);
        if (log.durableAcks() == acksTail) {
            acksSinceNs = 0;
        }
        receipts.send(durable);
        deliver(durable);
        free(durable);
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.attachment() instanceof ProducerLink producer) {
                if (key.isReadable()) {
                    read(producer);
                } else {
                    producer.flush();
                }
            } else if (key.attachment() instanceof ConsumerLink consumer) {
                if (key.isReadable()) {
                    consumer.readAcks();
                }
                if (key.isValid() && key.isWritable()) {
                    consumer.write();
                }
            } else {
                accept();
            }
        } catch (IOException e) {
            // The other side has gone; so has the point of this run.
            Processes.say(key.channel() + " failed: " + e);
            key.cancel();
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer role = ByteBuffer.allocate(1);
        channel.read(role);
        channel.configureBlocking(false);
        if (role.get(0) == PRODUCER) {
            ProducerLink producer = new ProducerLink(channel, messages.unitBytes);
            producer.key = channel.register(selector, SelectionKey.OP_READ, producer);
        } else {
            ConsumerLink consumer = new ConsumerLink(channel, consumers.size(), messages, prefetch);
            consumer.key = channel.register(selector, SelectionKey.OP_READ, consumer);
            consumers.add(consumer);
        }
    }

    private void read(ProducerLink producer) throws IOException {
        int room = messages.contiguousBytes(tail, head + messages.sizeBytes);
        if (room < messages.unitBytes) {
            producer.key.interestOps(0);
            stalled.add(producer);
            return;
        }
        int whole = producer.read(messages.show(producer.view(messages), tail, head + messages.sizeBytes));
        if (whole < 0) {
            producer.key.cancel();
        } else if (whole > 0) {
            tail += (long) whole * messages.unitBytes;
            receipts.add(producer, whole, tail);
        }
    }

    /** One record for all that a consumer has acknowledged in this turn. What finds no room waits for a later one. */
    private void logAcks() {
        for (int i = 0; i < consumers.size(); i++) {
            ConsumerLink consumer = consumers.get(i);
            if (consumer.unlogged > 0 && acksTail - log.durableAcks() < acks.sizeBytes) {
                int at = acks.index(acksTail);
                acks.bytes
                        .putInt(at, consumer.number)
                        .putInt(at + 4, consumer.unlogged)
                        .putLong(at + 8, consumer.acknowledged);
                consumer.unlogged = 0;
                acksTail += ACK_RECORD_BYTES;
                if (acksSinceNs == 0) {
                    acksSinceNs = System.nanoTime();
                }
            }
        }
    }

    /** In turn to consumers that have credit and have taken what they were given before, in pieces worth a system call. */
    private void deliver(long durable) throws IOException {
        if (discards) {
            delivered = durable;
        }
        for (int passed = 0; delivered < durable && passed < consumers.size(); ) {
            nextConsumer = nextConsumer + 1 < consumers.size() ? nextConsumer + 1 : 0;
            ConsumerLink consumer = consumers.get(nextConsumer);
            if (consumer.canTake()) {
                delivered = consumer.give(delivered, durable, consumers.size());
                passed = 0;
            } else {
                passed++;
            }
        }
    }

    private void free(long durable) {
        long needed = Math.min(delivered, durable);
        for (int i = 0; i < consumers.size(); i++) {
            needed = Math.min(needed, consumers.get(i).needed(needed));
        }
        head = needed;
        if (!stalled.isEmpty() && head + messages.sizeBytes - tail >= messages.unitBytes) {
            for (ProducerLink producer : stalled) {
                producer.key.interestOps(SelectionKey.OP_READ);
            }
            stalled.clear();
        }
    }
}
