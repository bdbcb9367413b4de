// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.AckOutcome.CONSUMED;
import static io.quoin.server.core.xa.XaCode.TM_NO_FLAGS;
import static io.quoin.server.core.xa.XaCode.TM_SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What branches with all kinds of work write into the log, by seeds: the records fit into what was announced for them (the log
 * of these tests checks that), they say of the branch what its completion needs and no more, and whoever reads them comes to
 * the same state.
 */
class BranchRecorderTest {

    private static final int SEEDS = Boolean.getBoolean("quoin.long") ? 2_000 : 80;
    private static final int S = 1;
    private static final int PLAIN = 2;
    private static final int MESSAGES = 24;
    private static final Xid BRANCH = BranchTest.xid(1);
    private static final List<RecordType> OF_A_BRANCH = List.of(
            RecordType.TX_SEND,
            RecordType.TX_ACK,
            RecordType.TX_PREPARED,
            RecordType.TX_COMMITTED,
            RecordType.TX_ROLLED_BACK,
            RecordType.TX_DECIDED,
            RecordType.TX_STEP);

    /** How a branch is completed. */
    private enum End {
        ONE_PHASE,
        COMMIT,
        COMMIT_AFTER_A_CRASH,
        ROLLBACK,
        ROLLBACK_AFTER_A_CRASH,
        DECIDED_BY_AN_ADMINISTRATOR
    }

    @TestFactory
    Stream<DynamicTest> theRecordsFitAndWhoeverReadsThemComesToTheSameState() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Run(seed).run()));
    }

    @Test
    void aBranchToATopicWithoutSubscribersWritesNothingButItsOutcome() throws Refusal {
        TestServer server = new TestServer();
        TestClient client = server.client();
        client.session(S, AcknowledgeMode.XA);
        int news = client.topic("news");
        client.xaStart(S, BRANCH, TM_NO_FLAGS);
        client.send(S, news, "to nobody", TestClient.sent().transacted());
        client.xaEnd(S, BRANCH, TM_SUCCESS);
        assertThat(client.xaCommit(BRANCH, true)).isZero();
        server.settle();
        assertThat(server.store.liveCount()).isZero();
        assertThat(server.log.types())
                .doesNotContain(OF_A_BRANCH.stream().map(RecordType::code).toArray(Integer[]::new));
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    private static final class Run {

        private final SplittableRandom random;
        private final End end;
        private TestServer server = new TestServer();
        private TestClient client;
        private int in;
        private int sent;
        private boolean sentWhatNoLogKeeps;

        Run(int seed) throws Refusal {
            random = new SplittableRandom(seed);
            end = End.values()[seed % End.values().length];
            client = server.client();
            client.session(S, AcknowledgeMode.XA);
            client.session(PLAIN, AcknowledgeMode.AUTO);
            in = client.queue("in");
        }

        void run() throws Refusal {
            fill();
            subscribe();
            server.settle();
            assertThat(client.xaStart(S, BRANCH, TM_NO_FLAGS)).isZero();
            work();
            assertThat(client.out.refused).isEmpty();
            assertThat(client.xaEnd(S, BRANCH, TM_SUCCESS)).isZero();
            int before = server.log.types().size();
            complete();
            server.settle();

            checkRecords(server.log.types().stream().skip(before).toList());
            assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        }

        private void fill() {
            for (int i = 0; i < MESSAGES; i++) {
                TestClient.Sent how = TestClient.sent().priority(random.nextInt(10));
                client.send(PLAIN, in, "in " + i, random.nextInt(4) == 0 ? how.nonPersistent() : how);
            }
        }

        private void subscribe() throws Refusal {
            TestClient other = server.client();
            other.session(1, AcknowledgeMode.AUTO);
            int news = other.topic("news");
            for (int i = random.nextInt(5); i > 0; i--) {
                String selector = random.nextBoolean() ? null : "x > " + random.nextInt(3);
                int flags = random.nextInt(4) == 0 ? 0 : FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED;
                other.consume(1, i, news, flags, flags == 0 ? null : "subscription " + i, selector);
            }
        }

        /** Acknowledges some messages, in no order, and sends some, of all kinds. */
        private void work() {
            client.consume(S, 1, in);
            server.settle();
            for (int tag = 1; tag <= MESSAGES; tag++) {
                if (random.nextInt(3) == 0) {
                    client.ack(S, 1, tag, tag, CONSUMED, true);
                }
            }
            for (int i = random.nextInt(12); i > 0; i--) {
                int destination = destination();
                TestClient.Sent how = how();
                client.send(S, destination, "out " + "x".repeat(random.nextInt(300)), how);
                // There may be nobody whose subscription is durable.
                sentWhatNoLogKeeps |= !how.persistent
                        || destination == client.temporaryQueue(1)
                        || destination == client.topic("news");
                sent++;
            }
        }

        private int destination() {
            return switch (random.nextInt(4)) {
                case 0 -> client.topic("news");
                case 1 -> client.alias(DestinationKind.QUEUE, "grouped", "groupKey=x");
                case 2 -> client.temporaryQueue(1);
                default -> client.queue("out " + random.nextInt(3));
            };
        }

        private TestClient.Sent how() {
            TestClient.Sent how =
                    TestClient.sent().transacted().priority(random.nextInt(10)).property("x", random.nextInt(4));
            switch (random.nextInt(6)) {
                case 0 -> how.nonPersistent();
                case 1 -> how.delay(1_000);
                case 2 -> how.timeToLive(100_000);
                case 3 -> how.group("group " + random.nextInt(3));
                case 4 -> how.property("JMS_Quoin_DedupId", "id " + random.nextInt(3));
                default -> {
                    // as it is
                }
            }
            return how;
        }

        private void complete() throws Refusal {
            if (end == End.ONE_PHASE) {
                assertThat(client.xaCommit(BRANCH, true)).isZero();
                return;
            }
            int prepared = client.xaPrepare(BRANCH);
            if (prepared == XaCode.READ_ONLY) {
                return;
            }
            assertThat(prepared).isZero();
            assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
            switch (end) {
                case COMMIT -> assertThat(client.xaCommit(BRANCH, false)).isZero();
                case ROLLBACK -> assertThat(client.xaRollback(BRANCH)).isZero();
                case COMMIT_AFTER_A_CRASH ->
                    assertThat(afterACrash().xaCommit(BRANCH, false)).isZero();
                case ROLLBACK_AFTER_A_CRASH ->
                    assertThat(afterACrash().xaRollback(BRANCH)).isZero();
                default -> {
                    server.broker.decideTransaction(
                            server.broker.branches().get(0).number(), random.nextBoolean());
                    assertThat(client.xaForget(BRANCH)).isZero();
                }
            }
            assertThat(server.client().xaRecover()).isEmpty();
        }

        private TestClient afterACrash() throws Refusal {
            server.flush();
            server = server.restarted(false);
            return server.client();
        }

        private void checkRecords(List<Integer> types) {
            if (end == End.ONE_PHASE) {
                assertThat(types)
                        .doesNotContain(
                                OF_A_BRANCH.stream().map(RecordType::code).toArray(Integer[]::new));
                assertThat(types)
                        .filteredOn(type -> type == RecordType.COMMITTED.code())
                        .hasSizeLessThanOrEqualTo(1);
            } else {
                assertThat(types).doesNotContain(RecordType.COMMITTED.code());
                if (!sentWhatNoLogKeeps) {
                    assertThat(types).doesNotContain(RecordType.TX_STEP.code());
                }
                assertThat(types)
                        .filteredOn(type ->
                                type == RecordType.TX_COMMITTED.code() || type == RecordType.TX_ROLLED_BACK.code())
                        .hasSizeLessThanOrEqualTo(1);
                assertThat(types)
                        .filteredOn(type -> type == RecordType.TX_SEND.code())
                        .hasSizeLessThanOrEqualTo(sent);
            }
        }
    }
}
