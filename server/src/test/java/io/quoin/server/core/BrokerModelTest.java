// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.FrameFlags.CONSUMER_DURABLE;
import static io.quoin.protocol.FrameFlags.CONSUMER_SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Handed;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations of several clients, with crashes, against what the broker promises. After every step the durable state
 * live, in a copy fed only the records, and now and then in a broker recovered from the records, is equal by digest.
 */
class BrokerModelTest {

    private static final int STEPS = 400;
    private static final int SEEDS = Boolean.getBoolean("quoin.long") ? 2_000 : 60;

    static List<Long> seeds() {
        String one = System.getProperty("quoin.seed");
        if (one != null) {
            return List.of(Long.parseLong(one));
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest(name = "-Dquoin.seed={0}")
    @MethodSource("seeds")
    void promisesHoldAndCopiesAgree(long seed) throws Refusal {
        new Run(seed).run();
    }

    /** What is known of a message to a queue. */
    private static final class Message {
        boolean confirmed;
        boolean persistent;
        boolean transacted;
        boolean mayVanish;
        boolean seen;
        boolean acknowledged;
        boolean acknowledgementConfirmed;
    }

    private static final class Run {
        private final Random random;
        private TestServer server;
        private Broker copy;
        private long copiedTo;
        private Relocation relocation;
        private long relocatedTo;
        private MemorySnapshot taking;
        private MemorySnapshot taken;
        private final List<Client> clients = new ArrayList<>();
        private final Map<String, Message> messages = new HashMap<>();
        private int texts;

        Run(long seed) {
            random = new Random(seed);
            // Every other run has transactions that are logged as their work comes, and take effect in steps.
            int limit = (int) (seed / 2 % 4);
            LargeTransactions large = new LargeTransactions(1 << 20, limit, 1 + limit, 1 << 20);
            server = new TestServer(
                    seed % 2 == 0 ? BrokerOptions.DEFAULT : BrokerOptions.DEFAULT.withLargeTransactions(large));
        }

        void run() throws Refusal {
            newCopy();
            for (int step = 0; step < STEPS; step++) {
                step();
                look();
                snapshot();
                if (relocation != null || random.nextInt(30) == 0) {
                    clean();
                }
                agree(step % 40 == 0);
            }
            drain();
        }

        private void step() throws Refusal {
            if (clients.isEmpty() || (clients.size() < 4 && random.nextInt(10) == 0)) {
                clients.add(new Client(this));
            }
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(22)) {
                case 0, 1, 2, 3, 4 -> client.send();
                case 5, 6 -> client.consume();
                case 7, 8, 9 -> client.acknowledge();
                case 10 -> client.recover();
                case 11 -> client.commit();
                case 12 -> client.closeConsumer();
                case 13 -> client.closeSession();
                case 14 -> leave(client, random.nextBoolean());
                case 15 -> server.pass(random.nextInt(700));
                case 16 -> client.unsubscribe();
                case 18 -> {
                    if (random.nextInt(6) == 0) {
                        restart(random.nextBoolean());
                    }
                }
                case 17 -> {
                    if (random.nextInt(8) == 0) {
                        purge();
                    }
                }
                default -> server.settle();
            }
        }

        /** Begins a snapshot now and then, goes on with it, and compares what it gives. */
        private void snapshot() {
            if (taking == null) {
                if (random.nextInt(20) == 0 && server.broker.canBeginSnapshot()) {
                    taking = new MemorySnapshot(server.log.appended(), taken);
                    server.broker.beginSnapshot(taking);
                }
                return;
            }
            if (random.nextInt(30) == 0) {
                server.broker.abortSnapshot();
                taking = null;
            } else if (server.broker.snapshotStep(1)) {
                server.broker.endSnapshot();
                taken = taking;
                taking = null;
                assertThat(server.copy(taken).digest()).isEqualTo(server.broker.digest());
            }
        }

        /** Moves what is wanted out of the older half of the log, while all else goes on; then nothing of it is read. */
        private void clean() {
            if (relocation == null) {
                relocatedTo = server.log.durable() - (server.log.durable() - MemoryLog.FIRST) / 2;
                relocation = server.broker.relocate(MemoryLog.FIRST, relocatedTo);
                return;
            }
            for (int i = 0; i < 20; i++) {
                if (relocation.step(5) == Relocation.Progress.DONE) {
                    relocation = null;
                    if (server.store.liveBelow(relocatedTo) == 0) {
                        server.log.forget(relocatedTo);
                    }
                    return;
                }
            }
        }

        private void purge() throws Refusal {
            if (server.broker.queue("q0") != null) {
                server.broker.purge("q0");
                messages.forEach((text, m) -> m.mayVanish |= text.startsWith("q0"));
            }
        }

        private void leave(Client client, boolean orderly) {
            clients.remove(client);
            if (orderly) {
                server.broker.connections().goodbye(client.c.c, 1);
            } else {
                server.broker.connections().disconnected(client.c.c);
                server.pass(501);
            }
        }

        private void restart(boolean clean) {
            if (clean) {
                server.broker.stopping();
                server.broker.stopped();
                server.flush();
            }
            look();
            clients.clear();
            taking = null;
            relocation = null;
            if (taken != null && taken.position > server.log.durable()) {
                taken = null;
            }
            server = server.restarted(clean, taken);
            for (Message m : messages.values()) {
                // An acknowledgement that was not confirmed may have been durable or not.
                m.mayVanish |= m.acknowledged;
                m.acknowledged = m.acknowledgementConfirmed;
            }
            assertThat(server.broker.queues()).allSatisfy(q -> {
                assertThat(q.stats().volatileDepth()).isZero();
                assertThat(q.stats().out()).isZero();
                assertThat(q.stats().consumers()).isZero();
                assertThat(q.temporary()).isFalse();
            });
            assertThat(server.broker.subscriptions()).allMatch(SubscriptionInfo::durable);
            newCopy();
        }

        private void newCopy() {
            copy = server.copy();
            copiedTo = server.log.appended();
        }

        private void agree(boolean recovered) {
            server.log.replay(copiedTo, server.log.appended(), copy::apply);
            copiedTo = server.log.appended();
            long digest = server.broker.digest();
            assertThat(copy.digest()).isEqualTo(digest);
            if (recovered) {
                assertThat(server.copy().digest()).isEqualTo(digest);
                if (taken != null) {
                    assertThat(server.copy(taken).digest()).isEqualTo(digest);
                }
            }
        }

        /** Checks what was delivered and notes what was confirmed. */
        private void look() {
            for (Client client : clients) {
                client.look();
            }
        }

        /** At the end everything that was promised comes out of the queues, once. */
        private void drain() throws Refusal {
            look();
            for (Client client : List.copyOf(clients)) {
                leave(client, random.nextBoolean());
            }
            server.pass(60_000);
            Client last = new Client(this);
            clients.add(last);
            Set<String> there = new HashSet<>();
            int consumer = 0;
            for (String queue : List.of("q0", "q1", "DLQ.q0", "DLQ.q1")) {
                last.c.consume(1, ++consumer, last.c.queue(queue));
                server.settle();
                for (String text : last.c.texts(consumer)) {
                    assertThat(there.add(text)).as("twice: " + text).isTrue();
                }
            }
            messages.forEach((text, m) -> {
                if (m.acknowledgementConfirmed) {
                    assertThat(there).as("acknowledged").doesNotContain(text);
                } else if (m.confirmed && m.persistent && !m.mayVanish && !m.acknowledged) {
                    assertThat(there).as("confirmed").contains(text);
                }
            });
            agree(true);
        }
    }

    private static final class Client {
        private final Run run;
        private final TestClient c;
        private final Random random;
        private final List<Integer> consumers = new ArrayList<>();
        private final Map<Integer, Map<Long, String>> out = new HashMap<>();
        private final Map<Integer, Long> highest = new HashMap<>();
        private final Map<Integer, Boolean> isQueue = new HashMap<>();
        private final Map<Long, String> sends = new HashMap<>();
        private final Map<Integer, List<String>> ackRequests = new HashMap<>();
        private final Map<Integer, List<String>> commits = new HashMap<>();
        private final List<String> sentInTransaction = new ArrayList<>();
        private final Map<Integer, List<Long>> ackedInTransaction = new HashMap<>();
        private final boolean transacted;
        private int looked;
        private int lastConsumer = 100;
        private long transaction;
        private boolean isOpen;

        Client(Run run) throws Refusal {
            this.run = run;
            this.random = run.random;
            this.c = run.server.client(new java.util.UUID(random.nextLong(), random.nextLong()));
            this.transacted = random.nextBoolean();
            openSession();
        }

        private void openSession() {
            c.session(1, transacted ? AcknowledgeMode.TRANSACTED : AcknowledgeMode.CLIENT);
            isOpen = true;
        }

        void send() {
            if (!isOpen) {
                openSession();
            }
            for (int i = random.nextInt(5); i >= 0; i--) {
                String queue = random.nextInt(3) == 0 ? "t" : "q" + random.nextInt(2);
                String text = queue + "-" + ++run.texts;
                Message m = new Message();
                TestClient.Sent how = TestClient.sent()
                        .priority(random.nextInt(3) == 0 ? random.nextInt(10) : 4)
                        .property("n", random.nextInt(4));
                if (random.nextInt(4) == 0) {
                    how.nonPersistent();
                }
                if (random.nextInt(6) == 0) {
                    how.timeToLive(random.nextInt(2_000) + 1);
                    m.mayVanish = true;
                }
                if (random.nextInt(6) == 0) {
                    how.delay(random.nextInt(1_000) + 1);
                }
                if (random.nextInt(4) == 0) {
                    how.group("g" + random.nextInt(3));
                }
                if (transacted && random.nextBoolean()) {
                    how.transacted();
                    m.transacted = true;
                    sentInTransaction.add(text);
                }
                m.persistent = how.persistent;
                int alias = queue.equals("t") ? c.topic("t") : queue(queue);
                if (!queue.equals("t")) {
                    run.messages.put(text, m);
                }
                sends.put(c.send(1, alias, text, how), text);
            }
        }

        void unsubscribe() {
            run.server.broker.connections().unsubscribe(c.c, c.request(), "s" + random.nextInt(2));
        }

        private int queue(String name) {
            return c.alias(DestinationKind.QUEUE, name, name.equals("q1") ? "maxDeliveries=3" : null);
        }

        void consume() {
            if (!isOpen) {
                openSession();
            }
            int consumer = ++lastConsumer;
            int kind = random.nextInt(5);
            String selector = random.nextInt(3) == 0 ? "n < 2" : null;
            int credit = 1 + random.nextInt(20);
            int alias = kind < 3 ? queue("q" + kind % 2) : c.topic("t");
            int flags = kind == 3 ? CONSUMER_DURABLE | CONSUMER_SHARED : 0;
            String name = kind == 3 ? "s" + random.nextInt(2) : null;
            int request = c.consume(1, consumer, alias, flags, name, selector, credit);
            if (c.out.okAfter.containsKey(request)) {
                consumers.add(consumer);
                out.put(consumer, new HashMap<>());
                isQueue.put(consumer, kind < 3);
            }
        }

        void look() {
            for (; looked < c.out.delivered.size(); looked++) {
                RecordingOutlet.Delivered d = c.out.delivered.get(looked);
                String text = run.server.text(d.position());
                out.computeIfAbsent(d.consumer(), k -> new HashMap<>()).put(d.tag(), text);
                highest.put(d.consumer(), d.tag());
                Message m = run.messages.get(text);
                if (m != null && isQueue.getOrDefault(d.consumer(), false)) {
                    assertThat(m.acknowledged)
                            .as("acknowledged and delivered again: " + text)
                            .isFalse();
                    if (m.seen && m.persistent) {
                        assertThat(d.redelivered()).as("seen before: " + text).isTrue();
                    }
                    assertThat(d.redelivered()).isEqualTo(d.count() > 1);
                }
            }
            if (c.out.sentAfter <= run.server.log.durable()) {
                sends.forEach((sequence, text) -> {
                    Message m = run.messages.get(text);
                    boolean refused = c.out.refused.stream().anyMatch(r -> r.sequence() == sequence);
                    if (m != null && !refused && !m.transacted && sequence <= c.out.sentUpTo) {
                        m.confirmed = true;
                    }
                });
            }
            commits.forEach((request, texts) -> {
                if (c.out.okAfter.get(request) <= run.server.log.durable()) {
                    texts.stream().map(run.messages::get).filter(m -> m != null).forEach(m -> m.confirmed = true);
                }
            });
            ackRequests.forEach((request, texts) -> {
                Long after = c.out.okAfter.get(request);
                if (after != null && after <= run.server.log.durable()) {
                    for (String text : texts) {
                        Message m = run.messages.get(text);
                        if (m != null) {
                            m.acknowledged = true;
                            m.acknowledgementConfirmed = true;
                        }
                    }
                }
            });
        }

        private int anyConsumer() {
            return consumers.get(random.nextInt(consumers.size()));
        }

        /** The application is given messages up to a tag, and acknowledges some of them, or gives them back. */
        void acknowledge() {
            if (consumers.isEmpty()) {
                return;
            }
            look();
            int consumer = anyConsumer();
            long last = highest.getOrDefault(consumer, 0L);
            if (last == 0) {
                return;
            }
            long to = 1 + random.nextInt((int) last);
            long from = Math.max(1, to - random.nextInt(4));
            seen(consumer, to);
            boolean inTransaction = transacted && random.nextBoolean();
            int chance = random.nextInt(10);
            AckOutcome outcome =
                    chance == 0 ? AckOutcome.REJECTED : chance == 1 ? AckOutcome.RETURNED_COUNTED : AckOutcome.CONSUMED;
            List<String> texts = new ArrayList<>();
            List<Long> heldTags = ackedInTransaction.computeIfAbsent(consumer, k -> new ArrayList<>());
            for (long tag = from; tag <= to; tag++) {
                String text = heldTags.contains(tag) ? null : out.get(consumer).remove(tag);
                if (text == null || !isQueue.get(consumer)) {
                    continue;
                }
                if (inTransaction) {
                    out.get(consumer).put(tag, text);
                    heldTags.add(tag);
                } else if (outcome == AckOutcome.CONSUMED) {
                    texts.add(text);
                    run.messages.get(text).acknowledged = true;
                }
            }
            int request = c.ack(1, consumer, from, to, outcome, inTransaction);
            if (!inTransaction && outcome == AckOutcome.CONSUMED) {
                ackRequests.put(request, texts);
            }
            run.server.broker.messages().credit(c.c, 1, consumer, last + random.nextInt(20), Long.MAX_VALUE, to);
        }

        private void seen(int consumer, long to) {
            out.get(consumer).forEach((tag, text) -> {
                Message m = run.messages.get(text);
                if (tag <= to && m != null && isQueue.get(consumer)) {
                    m.seen = true;
                }
            });
        }

        void recover() {
            transactionOver();
            if (transacted) {
                c.rollback(1, transaction + 1, handed());
            } else {
                c.recover(1, handed());
            }
            out.values().forEach(Map::clear);
        }

        void commit() {
            if (!transacted || !isOpen) {
                return;
            }
            int request = c.commit(1, ++transaction, handed());
            List<String> texts = new ArrayList<>();
            while (!c.out.okAfter.containsKey(request) && !c.out.errors.containsKey(request)) {
                run.server.broker.tick(1); // a large transaction takes effect in steps
            }
            assertThat(c.out.okAfter).containsKey(request);
            if (c.out.okAfter.containsKey(request)) {
                ackedInTransaction.forEach((consumer, tags) -> tags.forEach(tag -> {
                    String text = out.get(consumer).remove(tag);
                    if (text != null) {
                        texts.add(text);
                        run.messages.get(text).acknowledged = true;
                    }
                }));
                commits.put(request, List.copyOf(sentInTransaction));
                ackRequests.put(request, texts);
            }
            transactionOver();
        }

        private void transactionOver() {
            sentInTransaction.clear();
            ackedInTransaction.clear();
        }

        private Handed[] handed() {
            look();
            List<Handed> handed = new ArrayList<>();
            for (int consumer : out.keySet()) {
                long last = highest.getOrDefault(consumer, 0L);
                long upTo = last == 0 ? 0 : random.nextInt((int) last + 1);
                seen(consumer, upTo);
                handed.add(new Handed(consumer, upTo));
            }
            return handed.toArray(new Handed[0]);
        }

        void closeConsumer() {
            if (!consumers.isEmpty()) {
                look();
                Integer consumer = anyConsumer();
                long last = highest.getOrDefault(consumer, 0L);
                seen(consumer, last);
                c.closeConsumer(1, consumer, last);
                consumers.remove(consumer);
            }
        }

        void closeSession() {
            transactionOver();
            c.closeSession(1, handed());
            consumers.clear();
            out.clear();
            isOpen = false;
        }
    }
}
