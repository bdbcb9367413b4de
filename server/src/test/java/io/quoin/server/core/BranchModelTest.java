// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.AckOutcome.CONSUMED;
import static io.quoin.server.core.xa.XaCode.TM_FAIL;
import static io.quoin.server.core.xa.XaCode.TM_NO_FLAGS;
import static io.quoin.server.core.xa.XaCode.TM_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Branches that each move messages from one queue to another, completed or lost in every way, through crashes that lose what
 * was not synced, from the log or a snapshot: at the end each message is in exactly one of the queues, once.
 */
class BranchModelTest {

    private static final int SEEDS = Boolean.getBoolean("quoin.long") ? 2_000 : 60;
    private static final int STEPS = 120;
    private static final int MESSAGES = 30;

    @TestFactory
    Stream<DynamicTest> eachMessageIsInOneQueueOnce() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Run(seed).run()));
    }

    private static final class Run {

        private final SplittableRandom random;
        private TestServer server;
        private MemorySnapshot snapshot;
        private TestClient worker;
        private int lastClient = 1_000;
        private int lastXid;
        private int lastConsumer;
        /** Where all sessions have ended. */
        private List<Xid> idle = new ArrayList<>();

        Run(int seed) {
            random = new SplittableRandom(seed);
            // Every other run has branches that are logged as their work comes, and take effect in steps.
            LargeTransactions large = new LargeTransactions(1 << 20, seed / 2 % 4, 1 + seed / 8 % 3, 1 << 20);
            server = new TestServer(
                    seed % 2 == 0 ? BrokerOptions.DEFAULT : BrokerOptions.DEFAULT.withLargeTransactions(large));
        }

        void run() throws Refusal {
            TestClient producer = client();
            producer.session(1, AcknowledgeMode.AUTO);
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(1, producer.queue("in"), "m" + i, how(i));
            }
            server.settle();
            connect();
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            finish();
        }

        private static TestClient.Sent how(int i) {
            return i % 3 == 0 ? TestClient.sent().group("g" + i % 2) : TestClient.sent();
        }

        private TestClient client() throws Refusal {
            return server.client(new UUID(5, ++lastClient));
        }

        private void connect() throws Refusal {
            worker = client();
            worker.session(1, AcknowledgeMode.XA);
        }

        private void step() throws Refusal {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> transfer();
                case 4, 5, 6 -> complete();
                case 7 -> server.settle();
                case 8 -> lose();
                default -> crash();
            }
        }

        /** Receives a few messages and sends them on, in a branch. */
        private void transfer() {
            int consumer = ++lastConsumer;
            int in = worker.queue("in");
            worker.consume(1, consumer, in, 0, null, null, 1 + random.nextInt(3));
            server.settle();
            List<String> texts = worker.texts(consumer);
            Xid xid = new Xid(1, Bytes.of((byte) (++lastXid >> 8), (byte) lastXid), Bytes.EMPTY);
            assertThat(worker.xaStart(1, xid, TM_NO_FLAGS)).isZero();
            if (!texts.isEmpty()) {
                worker.ack(1, consumer, 1, texts.size(), CONSUMED, true);
                texts.forEach(text -> worker.send(
                        1, worker.queue("out"), text, TestClient.sent().transacted()));
            }
            worker.closeConsumer(1, consumer, texts.size());
            if (random.nextInt(8) == 0) {
                lose(); // before its end
                return;
            }
            worker.xaEnd(1, xid, random.nextInt(8) == 0 ? TM_FAIL : TM_SUCCESS);
            idle.add(xid);
        }

        private void complete() throws Refusal {
            TestClient tm = random.nextBoolean() ? worker : client();
            if (!idle.isEmpty() && random.nextBoolean()) {
                Xid xid = idle.remove(random.nextInt(idle.size()));
                switch (random.nextInt(4)) {
                    case 0 -> tm.xaCommit(xid, true);
                    case 1 -> tm.xaRollback(xid);
                    default -> tm.xaPrepare(xid);
                }
                return;
            }
            List<Xid> inDoubt = tm.xaRecover();
            if (!inDoubt.isEmpty()) {
                decide(tm, inDoubt.get(random.nextInt(inDoubt.size())));
            }
        }

        private void decide(TestClient tm, Xid xid) {
            if (random.nextInt(3) == 0) {
                tm.xaRollback(xid);
            } else {
                tm.xaCommit(xid, false);
            }
        }

        /** The worker's connection is lost, and its grace passes. */
        private void lose() {
            server.broker.connections().disconnected(worker.c);
            server.pass(server.options.graceMs() + 1);
            try {
                connect();
            } catch (Refusal e) {
                throw new IllegalStateException(e);
            }
        }

        private void crash() throws Refusal {
            if (random.nextBoolean()) {
                server.flush();
            }
            if (random.nextInt(3) == 0 && server.broker.canBeginSnapshot()) {
                server.flush();
                snapshot = MemorySnapshot.of(server.broker, server.log.appended(), snapshot);
            }
            assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
            server = server.restarted(false, snapshot);
            idle = new ArrayList<>();
            connect();
        }

        private void finish() throws Refusal {
            TestClient tm = client();
            for (Xid xid : idle) {
                tm.xaRollback(xid);
            }
            for (Xid xid : tm.xaRecover()) {
                decide(tm, xid);
            }
            lose();
            assertThat(tm.xaRecover()).isEmpty();
            assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
            List<String> all = new ArrayList<>(drain("in"));
            all.addAll(drain("out"));
            assertThat(all)
                    .containsExactlyInAnyOrder(
                            IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toArray(String[]::new));
            assertThat(server.store.liveCount()).isZero();
        }

        /** Takes all messages, dead letters included. */
        private List<String> drain(String queue) throws Refusal {
            List<String> texts = new ArrayList<>();
            TestClient reader = client();
            reader.session(1, AcknowledgeMode.AUTO);
            for (String name : List.of(queue, "DLQ." + queue)) {
                int consumer = ++lastConsumer;
                reader.consume(1, consumer, reader.queue(name));
                server.settle();
                List<String> found = reader.texts(consumer);
                if (!found.isEmpty()) {
                    reader.ack(1, consumer, 1, found.size());
                }
                texts.addAll(found);
            }
            server.settle();
            return texts;
        }
    }
}
