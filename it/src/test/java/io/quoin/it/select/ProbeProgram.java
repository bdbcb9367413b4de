// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.select;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Messages through a queue of their own, {@value #RATE} a second, and the time of each from when it was due to be sent until it
 * was received. They are not persistent, so that it is the server's time and not the disk's; beside them a third queue has
 * persistent messages, one after the other.
 *
 * <p>A program of its own, so that no collection of garbage or lock of the test's is in the times: it begins at a line of its input
 * and ends at the next one, with a line that has the histogram.
 *
 * <p>Thread: one reads the input; sending and receiving have threads of their own.
 */
final class ProbeProgram implements AutoCloseable {
    static final String READY = "ready";

    private static final int RATE = 500;
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(1) / RATE;
    private static final String DUE = "due";

    private final Connection connection;
    private final Recorder times = new Recorder(3);
    private final AtomicLong received = new AtomicLong();
    private final Thread load;
    private final AtomicBoolean closing = new AtomicBoolean();

    private ProbeProgram(String url) throws JMSException {
        connection = new QuoinConnectionFactory(url).createConnection();
        load = new Thread(this::load, "load");
        Session session = connection.createSession();
        session.createConsumer(session.createQueue("probe")).setMessageListener(message -> {
            try {
                long dueNs = message.getLongProperty(DUE);
                times.recordValue(TimeUnit.NANOSECONDS.toMicros(Math.max(0, System.nanoTime() - dueNs)));
                received.incrementAndGet();
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        Session loaded = connection.createSession();
        loaded.createConsumer(loaded.createQueue("load")).setMessageListener(message -> {});
        connection.start();
        load.start();
    }

    /** One message after the other, each made durable. */
    private void load() {
        try (Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(session.createQueue("load"));
            while (!closing.get()) {
                producer.send(session.createMessage());
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The argument is the URL of the server. */
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (ProbeProgram probe = new ProbeProgram(arguments[0])) {
            say(READY);
            while (input.readLine() != null) {
                Histogram times = probe.untilLine(input);
                ByteBuffer bytes = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
                times.encodeIntoByteBuffer(bytes);
                bytes.flip();
                say(StandardCharsets.US_ASCII
                        .decode(Base64.getEncoder().encode(bytes))
                        .toString());
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** The times, in µs, of the messages that were due until a line came. */
    private Histogram untilLine(BufferedReader input) throws IOException, InterruptedException {
        times.reset();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        received.set(0);
        Thread sender = new Thread(() -> send(done, sent), "probe");
        sender.start();
        input.readLine();
        done.set(true);
        sender.join();
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (received.get() < sent.get()) {
            if (System.nanoTime() - untilNs > 0) {
                throw new AssertionError("Only " + received + " of " + sent + " messages came");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return times.getIntervalHistogram();
    }

    private void send(AtomicBoolean done, AtomicLong sent) {
        try (Session session = connection.createSession()) {
            Queue queue = session.createQueue("probe");
            MessageProducer producer = session.createProducer(queue);
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            for (long dueNs = System.nanoTime(); !done.get(); dueNs += PERIOD_NS) {
                for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                var message = session.createMessage();
                message.setLongProperty(DUE, dueNs);
                producer.send(message);
                sent.incrementAndGet();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws JMSException, InterruptedException {
        closing.set(true);
        load.join();
        connection.close();
    }
}
