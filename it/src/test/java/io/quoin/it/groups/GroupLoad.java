// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Recorder;

/**
 * A closed loop through one queue: of each group so many messages are under way, and the next is sent when one was received. So a group that does not get on takes nothing from the others. It sees to it that each group is received in order, nothing missing and nothing twice.
 *
 * <p>Thread: one test thread's, but for what says otherwise; the sender and each consumer have a thread of their own.
 */
final class GroupLoad implements AutoCloseable {
    private static final String GROUP_ID = "JMSXGroupID";
    /** A property as long, so that messages differ in nothing else. */
    private static final String NO_GROUP_ID = "CustomerID";

    private static final String GROUP = "group";
    private static final String SEQUENCE = "sequence";
    private static final long NOTHING_TO_SEND_NS = 50_000;
    private static final int NOBODY = -1;

    /** What the messages are to the server. */
    enum Kind {
        /** The id of the group is in {@code JMSXGroupID}. */
        GROUPED,
        /** Messages without a group: the id is in an ordinary property. */
        PLAIN,
        /** Messages without a group, and smaller: the id is nowhere. */
        WITHOUT_ID
    }

    /** Hears of what consumers get, on their threads. */
    interface Hook {
        Hook NONE = new Hook() {};

        /** A message of the load; {@code group} is the group's index. */
        default void received(int consumer, int group) {}

        /** A message that is none of the load. */
        default void stray(Message message) throws JMSException {}
    }

    /**
     * What came in a span of time.
     *
     * @param perSecond messages
     * @param medianUs from send to receipt
     */
    record Block(double perSecond, double medianUs) {}

    private record Member(int number, Connection connection) {}

    private final String url;
    private final String queue;
    private final List<String> groups;
    private final Kind kind;
    private final int window;
    private final Hook hook;
    private final Connection connection;
    private final Thread sender;
    private final List<Member> members = new ArrayList<>();
    private final AtomicLongArray sent;
    private final AtomicLongArray received;
    private final AtomicLongArray sentAtNs;
    private final AtomicIntegerArray owners;
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong misplaced = new AtomicLong();
    private final Recorder times = new Recorder(3);
    private int joined;
    /** How long after one message of a group the next is due; 0: at once. */
    private long paceNs;

    private long pacedFromNs;
    private volatile boolean running;
    private volatile boolean closing;

    /**
     * @param groups their names
     * @param window messages of each group that are under way at most
     */
    GroupLoad(String url, String queue, List<String> groups, Kind kind, int window, Hook hook) throws JMSException {
        this.url = url;
        this.queue = queue;
        this.groups = groups;
        this.kind = kind;
        this.window = window;
        this.hook = hook;
        sent = new AtomicLongArray(groups.size());
        received = new AtomicLongArray(groups.size());
        sentAtNs = new AtomicLongArray(groups.size() * window);
        owners = new AtomicIntegerArray(groups.size());
        connection = new QuoinConnectionFactory(url).createConnection();
        sender = new Thread(this::send, "load");
        sender.start();
    }

    /** A consumer more; returns its number. */
    int join() throws JMSException {
        int number = joined++;
        Connection own = new QuoinConnectionFactory(url).createConnection();
        members.add(new Member(number, own));
        Session session = own.createSession();
        session.createConsumer(session.createQueue(queue)).setMessageListener(message -> {
            try {
                receive(number, message);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        own.start();
        return number;
    }

    /** So many consumers more. */
    void joinBy(int consumers) throws JMSException {
        for (int i = 0; i < consumers; i++) {
            join();
        }
    }

    /** Closes a consumer and its connection. */
    void leave(int number) throws JMSException {
        for (Member member : List.copyOf(members)) {
            if (member.number() == number) {
                member.connection().close();
                members.remove(member);
            }
        }
    }

    /** Everybody leaves, and a consumer joins: returns after how many seconds it had the first message. */
    double joinAnew() throws JMSException {
        for (int number : members()) {
            leave(number);
        }
        resume();
        long before = total.get();
        long began = System.nanoTime();
        join();
        within(30, "the new consumer has a message", () -> total.get() > before);
        double took = (System.nanoTime() - began) / 1e9;
        drain();
        return took;
    }

    private void receive(int consumer, Message message) throws JMSException {
        if (!message.propertyExists(GROUP)) {
            hook.stray(message);
            return;
        }
        int group = message.getIntProperty(GROUP);
        hook.received(consumer, group);
        long sequence = message.getLongProperty(SEQUENCE);
        if (kind == Kind.GROUPED && sequence != received.get(group)) {
            misplaced.incrementAndGet();
        }
        times.recordValue(TimeUnit.NANOSECONDS.toMicros(
                Math.max(0, System.nanoTime() - sentAtNs.get(group * window + (int) (sequence % window)))));
        owners.set(group, consumer);
        received.incrementAndGet(group);
        total.incrementAndGet();
    }

    private void send() {
        try (Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            while (!closing) {
                if (!running || !sendRound(session, producer)) {
                    LockSupport.parkNanos(NOTHING_TO_SEND_NS);
                }
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** To each group that has room one message. */
    private boolean sendRound(Session session, MessageProducer producer) throws JMSException {
        boolean any = false;
        long due = paceNs == 0 ? Long.MAX_VALUE : (System.nanoTime() - pacedFromNs) / paceNs;
        for (int group = 0; group < groups.size() && running && !closing; group++) {
            long sequence = sent.get(group);
            if (sequence < due && sequence - received.get(group) < window) {
                Message message = session.createMessage();
                if (kind != Kind.WITHOUT_ID) {
                    message.setStringProperty(kind == Kind.GROUPED ? GROUP_ID : NO_GROUP_ID, groups.get(group));
                }
                message.setIntProperty(GROUP, group);
                message.setLongProperty(SEQUENCE, sequence);
                sentAtNs.set(group * window + (int) (sequence % window), System.nanoTime());
                sent.set(group, sequence + 1);
                producer.send(message);
                any = true;
            }
        }
        return any;
    }

    /** Sends from now on, to each group so many messages a second, whether they are received or not; to be called once. */
    void resume(int perGroupAndSecond) {
        paceNs = TimeUnit.SECONDS.toNanos(1) / perGroupAndSecond;
        pacedFromNs = System.nanoTime();
        resume();
    }

    /** Sends from now on. */
    void resume() {
        running = true;
    }

    /** Sends nothing more, and waits until all that was sent has been received. */
    void drain() {
        running = false;
        within(30, "what was sent is received", () -> underWay() == 0);
    }

    private long underWay() {
        long left = 0;
        for (int group = 0; group < groups.size(); group++) {
            left += sent.get(group) - received.get(group);
        }
        return left;
    }

    /** What comes in so many seconds from now. */
    Block during(double seconds) {
        times.reset();
        long before = total.get();
        long began = System.nanoTime();
        pause(seconds);
        double took = (System.nanoTime() - began) / 1e9;
        return new Block(
                (total.get() - before) / took, times.getIntervalHistogram().getValueAtPercentile(50));
    }

    /** What comes in so many seconds, when it has been sending for a moment; nothing is under way before and after. */
    Block block(double seconds) {
        resume();
        pause(seconds / 4);
        Block block = during(seconds);
        drain();
        return block;
    }

    /** Messages that were received. */
    long total() {
        return total.get();
    }

    /** Messages of a group that were sent. */
    long sent(int group) {
        return sent.get(group);
    }

    /** Messages of a group that were received. */
    long received(int group) {
        return received.get(group);
    }

    /** Messages that were received out of order, twice, or after one that was missing. */
    long misplaced() {
        return misplaced.get();
    }

    /** The consumer that received the last message of a group since {@link #forgetOwners}; negative: none was. */
    int owner(int group) {
        return owners.get(group);
    }

    void forgetOwners() {
        for (int group = 0; group < groups.size(); group++) {
            owners.set(group, NOBODY);
        }
    }

    /** Numbers of the consumers. */
    List<Integer> members() {
        return members.stream().map(Member::number).toList();
    }

    /** Names of groups. */
    static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "group-" + i).toList();
    }

    /** Time passes that is measured; nothing is waited for. */
    static void pause(double seconds) {
        long untilNs = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = untilNs - System.nanoTime(); left > 0; left = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Waits for something; returns after how many seconds it was so. */
    static double within(double seconds, String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if ((System.nanoTime() - began) / 1e9 > seconds) {
                throw new AssertionError("Not within " + seconds + " s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    @Override
    public void close() throws JMSException, InterruptedException {
        closing = true;
        sender.join();
        connection.close();
        for (Member member : members) {
            member.connection().close();
        }
    }
}
