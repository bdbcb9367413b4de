// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A program for a JVM of its own: threads send over one connection and are interrupted at random. It ends with 0 if the connection was never lost, every interrupt was still to be seen after the
 * call that it met, and everything that was confirmed arrived.
 *
 * <p>Arguments: URI, seconds, {@code platform} or {@code virtual}.
 */
public final class InterruptedSenders {
    private static final int SENDERS = 8;
    private static final String QUEUE = "interrupted";

    private final int seconds;
    /** Written before the senders begin. */
    private long endNs;

    private final Connection connection;
    private final AtomicReference<String> lost = new AtomicReference<>();
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong attempted = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong interrupts = new AtomicLong();

    private InterruptedSenders(String url, int seconds) throws JMSException {
        this.seconds = seconds;
        connection = new QuoinConnectionFactory(url).createConnection();
        connection.setExceptionListener(e -> lost.compareAndSet(null, e.toString()));
    }

    public static void main(String[] args) throws Exception {
        boolean virtual = args[2].equals("virtual");
        String problem = new InterruptedSenders(args[0], Integer.parseInt(args[1])).run(virtual);
        if (problem != null) {
            System.err.println(problem);
            System.exit(1);
        }
    }

    private String run(boolean virtual) throws Exception {
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        Queue queue = session.createQueue(QUEUE);
        session.createConsumer(queue).setMessageListener(m -> received.incrementAndGet());
        connection.start();
        // What the JVM and the connection need to begin is not taken from the senders' time.
        endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);

        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            Sender sender = new Sender();
            senders.add(sender);
            sender.thread = virtual ? startVirtual(sender) : startPlatform(sender);
        }
        interruptAtRandom(senders);
        for (Sender sender : senders) {
            sender.thread.join(TimeUnit.SECONDS.toMillis(30));
            if (sender.thread.isAlive()) {
                return "a sender is stuck";
            }
            if (sender.problem != null) {
                return sender.problem;
            }
        }
        awaitReceived();
        connection.close();
        System.out.println(confirmed + " sends confirmed, " + interrupts + " interrupts, " + received + " received");
        if (lost.get() != null) {
            return "the connection was lost: " + lost.get();
        }
        if (received.get() < confirmed.get() || received.get() > attempted.get()) {
            return confirmed + " confirmed of " + attempted + " attempted, but " + received + " received";
        }
        return confirmed.get() > 0 && interrupts.get() > 0 ? null : "nothing was tried";
    }

    private void interruptAtRandom(List<Sender> senders) {
        SplittableRandom random = new SplittableRandom(endNs);
        while (System.nanoTime() < endNs) {
            Sender sender = senders.get(random.nextInt(senders.size()));
            // One at a time for each: what is sent while one is pending could not be told from it.
            if (sender.pending.compareAndSet(0, 1)) {
                interrupts.incrementAndGet();
                sender.thread.interrupt();
            }
            LockSupport.parkNanos(random.nextInt(2_000_000));
        }
    }

    private void awaitReceived() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (received.get() < confirmed.get() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Thread startPlatform(Runnable task) {
        Thread thread = new Thread(task);
        thread.start();
        return thread;
    }

    /** Compiled for Java 17, which has no virtual threads. */
    private static Thread startVirtual(Runnable task) throws ReflectiveOperationException {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private final class Sender implements Runnable {
        final AtomicInteger pending = new AtomicInteger();
        volatile Thread thread;
        volatile String problem;

        @Override
        public void run() {
            try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
                MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
                while (System.nanoTime() < endNs && problem == null) {
                    int before = pending.get();
                    attempted.incrementAndGet();
                    boolean refused = send(session, producer);
                    boolean interrupted = Thread.interrupted();
                    // The interrupt came before the call: it has been delivered, so it must be visible after it.
                    if (before == 1 && !interrupted) {
                        problem = "an interrupt vanished in a send that " + (refused ? "threw" : "returned");
                    }
                    if (interrupted) {
                        pending.set(0);
                    }
                }
            } catch (JMSException e) {
                problem = e.toString();
            }
        }

        private boolean send(Session session, MessageProducer producer) {
            try {
                producer.send(session.createTextMessage("x".repeat(200)));
                confirmed.incrementAndGet();
                return false;
            } catch (JMSException e) {
                if (lost.get() != null) {
                    problem = "lost: " + e;
                }
                return true;
            }
        }
    }
}
