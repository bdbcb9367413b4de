// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinMessageConsumer;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What message groups cost and what they bring, in figures: each experiment prints a line. Order and progress are asserted, with deadlines that leave room for a machine with other work; times and ratios are only printed. All of it is longer with {@code -Plong}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GroupExperimentsIT {
    private static final boolean LONG = Boolean.getBoolean("quoin.long");
    private static final double STUCK_S = LONG ? 5 : 2;
    private static final long SOON_MS = 30_000;
    private static final int GROUPS = 64;
    /** Messages a second to each of these groups; together a small part of what the machine carries. */
    private static final int STEADY_EACH = 200;

    @TempDir
    static Path folder;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // --- balance ---

    @Test
    void everyConsumerSoonHasItsShareOfTheGroups() throws Exception {
        try (GroupLoad load = new GroupLoad(
                server.url(), "balance", GroupLoad.names(1_000), GroupLoad.Kind.GROUPED, 4, GroupLoad.Hook.NONE)) {
            load.joinBy(5);
            load.resume();
            List<String> changes = new ArrayList<>();
            changes.add("5 begin: " + settle(load, 1_000));
            load.join();
            changes.add("a 6th joins: " + settle(load, 1_000));
            load.leave(2);
            changes.add("one leaves: " + settle(load, 1_000));
            load.join();
            changes.add("one joins: " + settle(load, 1_000));
            load.drain();
            Pairs.print(
                    "balance, 1,000 groups, until each consumer has its share ±20 %%: %s", String.join("; ", changes));
            assertThat(load.misplaced()).as("messages out of order").isZero();
        }
    }

    /** Until each has its share ±20 %; then how far they are from it. */
    private static String settle(GroupLoad load, int groups) {
        double[] apart = new double[2];
        double took = GroupLoad.within(10, "each consumer has its share", () -> {
            load.forgetOwners();
            GroupLoad.within(
                    10,
                    "something of every group is received",
                    () -> IntStream.range(0, groups).allMatch(g -> load.owner(g) >= 0));
            double share = (double) groups / load.members().size();
            double[] has = load.members().stream()
                    .mapToDouble(m -> IntStream.range(0, groups)
                                    .filter(g -> load.owner(g) == m)
                                    .count()
                            / share)
                    .toArray();
            apart[0] = Arrays.stream(has).min().orElseThrow() - 1;
            apart[1] = Arrays.stream(has).max().orElseThrow() - 1;
            return apart[0] >= -0.2 && apart[1] <= 0.2;
        });
        return String.format(Locale.ROOT, "%.2f s (%+.0f to %+.0f %%)", took, apart[0] * 100, apart[1] * 100);
    }

    @Test
    void asManyConsumersAsGroupsAreAllBusy() throws Exception {
        List<String> groups = namesInSlots("busy", 8, false);
        try (GroupLoad load =
                new GroupLoad(server.url(), "busy", groups, GroupLoad.Kind.GROUPED, 50, GroupLoad.Hook.NONE)) {
            load.join();
            load.resume();
            GroupLoad.within(
                    10, "the first one gets all", () -> IntStream.range(0, 8).allMatch(g -> load.owner(g) == 0));
            load.joinBy(7);
            load.forgetOwners();
            double took = GroupLoad.within(
                    10,
                    "all consumers have work",
                    () -> IntStream.range(0, 8)
                                    .map(load::owner)
                                    .filter(m -> m >= 0)
                                    .distinct()
                                    .count()
                            == 8);
            Pairs.print("balance, 8 groups: after 7 more consumers have joined one, all 8 are busy in %.2f s", took);
            load.drain();
            assertThat(load.misplaced()).as("messages out of order").isZero();
        }
    }

    // --- a listener that does not return ---

    /** A listener that does not return from a message of one group while it is told so. */
    private static final class Stuck implements GroupLoad.Hook {
        static final int GROUP = 7;

        final CountDownLatch happened = new CountDownLatch(1);
        final CountDownLatch over = new CountDownLatch(1);
        volatile boolean wanted;
        volatile int consumer;

        @Override
        public void received(int by, int group) {
            if (wanted && group == GROUP && happened.getCount() > 0) {
                consumer = by;
                happened.countDown();
                try {
                    assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** A steady load that three consumers carry: how much is received of what is sent meanwhile. */
    @Test
    void oneStuckListenerHoldsUpItsGroupAlone() throws Exception {
        Stuck stuck = new Stuck();
        try (GroupLoad load =
                new GroupLoad(server.url(), "stuck", GroupLoad.names(GROUPS), GroupLoad.Kind.GROUPED, 2_000, stuck)) {
            load.joinBy(4);
            load.resume(STEADY_EACH);
            GroupLoad.pause(Pairs.WARM_UP_S);
            WhileStuck its = whileStuck(load, stuck);
            load.drain();
            double ofOthers = its.received(g -> !its.had[g]) / its.sent(g -> !its.had[g]);
            double ofIts = its.received(g -> its.had[g]) / its.sent(g -> its.had[g]);
            Pairs.print(
                    "one listener of 4 is stuck for %.1f s, %.0f messages a second to each of %d groups: of these the others' groups get %.2f, the %d others of the stuck one %.2f; they go on after %.2f s",
                    STUCK_S,
                    its.sent(g -> true) / its.seconds / (GROUPS - 1),
                    GROUPS,
                    ofOthers,
                    count(its.had) - 1,
                    ofIts,
                    its.goOnAfterS);
            assertThat(load.misplaced()).as("messages out of order").isZero();
            assertThat(ofOthers).as("what the others' groups get").isGreaterThan(0.9);
            // Not a number if it had no others.
            assertThat(ofIts < 0.9)
                    .as("the stuck one's other groups get too little")
                    .isFalse();
        }
    }

    /**
     * As much load as the machine carries. The next message of a group is sent when one was received, so what a group misses in
     * the first half second it never gets.
     */
    @Test
    void oneStuckListenerUnderFullLoad() throws Exception {
        Stuck stuck = new Stuck();
        try (GroupLoad load =
                new GroupLoad(server.url(), "stuck-full", GroupLoad.names(GROUPS), GroupLoad.Kind.GROUPED, 16, stuck)) {
            load.joinBy(4);
            load.resume();
            GroupLoad.pause(Pairs.WARM_UP_S);
            double before = load.during(STUCK_S / 2).perSecond();
            WhileStuck its = whileStuck(load, stuck);
            double after = load.during(STUCK_S / 2).perSecond();
            load.drain();
            double free = (before + after) / 2 * (GROUPS - 1) / GROUPS;
            double ofEachOther = its.received(g -> !its.had[g]) / (GROUPS - count(its.had));
            Pairs.print(
                    "one listener of 4 is stuck for %.1f s under full load, %.0f a second before and after: the other %d groups together get %.2f of that; the %d others of the stuck one go on after %.2f s, and get %.2f of what the others get",
                    STUCK_S,
                    free,
                    GROUPS - 1,
                    its.received(g -> true) / its.seconds / free,
                    count(its.had) - 1,
                    its.goOnAfterS,
                    its.received(g -> its.had[g]) / (count(its.had) - 1) / ofEachOther);
            assertThat(load.misplaced()).as("messages out of order").isZero();
        }
    }

    /**
     * What happened while a listener was stuck.
     *
     * @param had the groups that its consumer had, the stuck one too
     * @param goOnAfterS when all of these but the stuck one had got on
     * @param received by group, how many messages
     * @param sent by group
     */
    private record WhileStuck(boolean[] had, double goOnAfterS, double seconds, long[] received, long[] sent) {
        /** Of these groups together; never of the one that is stuck. */
        double received(IntPredicate of) {
            return sum(received, of);
        }

        double sent(IntPredicate of) {
            return sum(sent, of);
        }

        private static double sum(long[] each, IntPredicate of) {
            return IntStream.range(0, each.length)
                    .filter(g -> g != Stuck.GROUP && of.test(g))
                    .mapToLong(g -> each[g])
                    .sum();
        }
    }

    /** A listener is stuck for a while; then its group goes on. */
    private static WhileStuck whileStuck(GroupLoad load, Stuck stuck) throws InterruptedException {
        stuck.wanted = true;
        assertThat(stuck.happened.await(10, TimeUnit.SECONDS)).isTrue();
        long began = System.nanoTime();
        boolean[] had = new boolean[GROUPS];
        IntStream.range(0, GROUPS).forEach(g -> had[g] = g == Stuck.GROUP || load.owner(g) == stuck.consumer);
        long[] received = ofEach(load::received);
        long[] sent = ofEach(load::sent);
        // Something that was not yet sent: what was under way has been received too.
        double goOnAfterS = GroupLoad.within(
                20,
                "every group but the stuck one goes on",
                () -> IntStream.range(0, GROUPS).allMatch(g -> g == Stuck.GROUP || load.received(g) > sent[g]));
        GroupLoad.pause(STUCK_S - goOnAfterS);
        double seconds = (System.nanoTime() - began) / 1e9;
        WhileStuck its =
                new WhileStuck(had, goOnAfterS, seconds, since(received, load::received), since(sent, load::sent));
        assertThat(its.received[Stuck.GROUP]).isZero();
        stuck.over.countDown();
        GroupLoad.within(20, "the stuck group goes on", () -> load.received(Stuck.GROUP) > sent[Stuck.GROUP]);
        return its;
    }

    private static long[] ofEach(IntToLongFunction count) {
        return IntStream.range(0, GROUPS).mapToLong(count).toArray();
    }

    private static long[] since(long[] before, IntToLongFunction count) {
        return ofEach(g -> count.applyAsLong(g) - before[g]);
    }

    private static long count(boolean[] marks) {
        return IntStream.range(0, marks.length).filter(g -> marks[g]).count();
    }

    // --- order ---

    @Test
    void oneConsumerGetsAGroupedQueueInTheOrderOfAnUngroupedOne() throws Exception {
        int messages = LONG ? 100_000 : 5_000;
        try (Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session sending = connection.createSession(Session.SESSION_TRANSACTED)) {
            connection.start();
            MessageProducer grouped = sending.createProducer(sending.createQueue("order-grouped"));
            MessageProducer plain = sending.createProducer(sending.createQueue("order-plain"));
            for (int i = 0; i < messages; i++) {
                int group = (int) (i * 2_654_435_761L >>> 7 & 63);
                send(sending, grouped, i, group, true);
                send(sending, plain, i, group, false);
                if (i % 500 == 499) {
                    sending.commit();
                }
            }
            sending.commit();

            List<Integer> fromGrouped = receiveAll(connection, "order-grouped", messages);
            List<Integer> fromPlain = receiveAll(connection, "order-plain", messages);

            assertThat(fromGrouped).isEqualTo(fromPlain);
            Pairs.print(
                    "order: %d messages of 64 groups and 10 priorities come as from a queue without groups", messages);
        }
    }

    @Test
    void oneConsumerGetsWhatOneSessionSendsToSeveralGroupsInTheOrderInWhichItWasSent() throws Exception {
        int messages = LONG ? 100_000 : 5_000;
        try (Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session sending = connection.createSession();
                Session receiving = connection.createSession()) {
            List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
            receiving.createConsumer(receiving.createQueue("order-sent")).setMessageListener(message -> {
                try {
                    numbers.add(message.getIntProperty("number"));
                } catch (JMSException e) {
                    throw new IllegalStateException(e);
                }
            });
            connection.start();
            MessageProducer producer = sending.createProducer(sending.createQueue("order-sent"));
            for (int i = 0; i < messages; i++) {
                Message message = sending.createMessage();
                message.setIntProperty("number", i);
                message.setStringProperty("JMSXGroupID", "group-" + i * 7 % 10);
                boolean persistent = i % 50 == 0;
                producer.send(
                        message,
                        persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT,
                        Message.DEFAULT_PRIORITY,
                        0);
            }
            GroupLoad.within(30, "all are received", () -> numbers.size() >= messages);
            assertThat(numbers).isEqualTo(IntStream.range(0, messages).boxed().toList());
            Pairs.print("order: %d messages to 10 groups come as one session sent them", messages);
        }
    }

    /** A group has one priority; one message in five has none, and one in three is not persistent. */
    private static void send(Session session, MessageProducer producer, int number, int group, boolean grouped)
            throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty("number", number);
        if (grouped && number % 5 != 0) {
            message.setStringProperty("JMSXGroupID", "group-" + group);
        }
        int mode = number % 3 == 0 ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT;
        producer.send(message, mode, group % 10, 0);
    }

    private static List<Integer> receiveAll(Connection connection, String queue, int count) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            for (int i = 0; i < count; i++) {
                Message message = consumer.receive(SOON_MS);
                assertThat(message).as("message " + i).isNotNull();
                numbers.add(message.getIntProperty("number"));
            }
        }
        return numbers;
    }

    // --- poison ---

    @Test
    void poisonInOneGroupLeavesItsNeighboursAloneAndGoesOnInOrderWhenReleased() throws Exception {
        int followers = 20;
        int deliveries = 5;
        // So the first message fails again and again through most of the block, and is parked near its end.
        String options = "?onGroupPoison=park&maxDeliveries=" + deliveries + "&redeliveryDelay="
                + (int) (Pairs.BLOCK_S * 1_000 / deliveries);
        List<String> names = namesInSlots("with-poison" + options, 10 + Pairs.COUNT, true);
        List<String> neighbours = names.subList(0, 10);
        try (Poison poison = new Poison();
                GroupLoad with = new GroupLoad(
                        server.url(), "with-poison" + options, neighbours, GroupLoad.Kind.GROUPED, 20, poison);
                GroupLoad without = new GroupLoad(
                        server.url(), "without-poison", neighbours, GroupLoad.Kind.GROUPED, 20, GroupLoad.Hook.NONE);
                Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session session = connection.createSession()) {
            with.joinBy(2);
            without.joinBy(2);
            MessageProducer producer = session.createProducer(session.createQueue("with-poison" + options));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            Pairs pairs = Pairs.measure(
                    server, with, without, pair -> send(session, producer, names.get(10 + pair), followers));
            GroupLoad.within(20, "all are parked", () -> poison.failures.get() == Pairs.COUNT * deliveries);
            assertThat(poison.seen).as("messages behind one that failed").isEmpty();
            assertThat(with.misplaced() + without.misplaced())
                    .as("messages out of order")
                    .isZero();
            Pairs.print(
                    "poison in one group, parked after %d deliveries, beside 10 of its slot: median of %d ratios, throughput %.2f, median latency %.2f, time of processors for a message %.2f",
                    deliveries, Pairs.COUNT, pairs.throughput(), pairs.latency(), pairs.cpu());
            release(poison, names.get(10), followers);
        }
    }

    private static void send(Session session, MessageProducer producer, String group, int followers)
            throws JMSException {
        for (int number = 0; number <= followers; number++) {
            Message message = session.createMessage();
            message.setStringProperty("JMSXGroupID", group);
            message.setIntProperty("number", number);
            producer.send(message);
        }
    }

    private static void release(Poison poison, String group, int followers) {
        poison.cured = true;
        JavaProcess.Ended ended = JavaProcess.quoin("group", "release", "with-poison", group, "--url", server.url());
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        GroupLoad.within(20, "the released group is received", () -> poison.seen.size() == followers + 1);
        assertThat(poison.seen)
                .isEqualTo(IntStream.rangeClosed(0, followers)
                        .mapToObj(n -> new Poison.Seen(group, n, n == 0))
                        .toList());
    }

    // --- throughput ---

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "WITHOUT_ID"})
    void groupsCostLittle(GroupLoad.Kind kind) throws Exception {
        List<String> groups = GroupLoad.names(GROUPS);
        try (GroupLoad with = new GroupLoad(
                        server.url(), "groups-" + kind, groups, GroupLoad.Kind.GROUPED, 16, GroupLoad.Hook.NONE);
                GroupLoad without =
                        new GroupLoad(server.url(), "no-groups-" + kind, groups, kind, 16, GroupLoad.Hook.NONE)) {
            with.joinBy(2);
            without.joinBy(2);
            Pairs pairs = Pairs.measure(server, with, without, pair -> {});
            Pairs.print(
                    "%d groups, %.0f messages a second, against messages %s: median of %d ratios, throughput %.2f, time of processors for a message %.2f",
                    GROUPS,
                    pairs.perSecond(),
                    kind == GroupLoad.Kind.PLAIN ? "with the id in an ordinary property" : "without the id",
                    Pairs.COUNT,
                    pairs.throughput(),
                    pairs.cpu());
            assertThat(with.misplaced()).as("messages out of order").isZero();
        }
    }

    // --- common ---

    /** Names of so many groups that are all in one slot of a queue, or each in a slot of its own. */
    private static List<String> namesInSlots(String queue, int count, boolean oneSlot) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session session = connection.createSession();
                QuoinMessageConsumer consumer =
                        (QuoinMessageConsumer) session.createConsumer(session.createQueue(queue))) {
            List<String> names = new ArrayList<>();
            Set<Integer> slots = new HashSet<>();
            for (int i = 0; names.size() < count; i++) {
                int slot = consumer.slotOf("group-" + i);
                if (oneSlot ? slot == 0 : slots.add(slot)) {
                    names.add("group-" + i);
                }
            }
            return names;
        }
    }
}
