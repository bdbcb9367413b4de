// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.model.Annotations;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.UserStored;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users in the log: who there is, who administers, and whose a message is. */
class UsersTest {

    private static final int S = 1;
    private static final Bytes SECRET = Bytes.of(new byte[32]);

    private TestServer server = new TestServer();
    private TestClient asker;

    @BeforeEach
    void connect() throws Refusal {
        asker = server.client();
    }

    @Test
    void theFirstUserIsTheAdministrator() throws Refusal {
        assertThat(users().isEmpty()).isTrue();
        assertThat(users().mayAdminister(asker.c)).isTrue();

        add("zoe");
        add("adam");

        assertThat(users().administrator()).isEqualTo("zoe");
        assertThat(users().all()).extracting(UserStored::name).containsExactly("adam", "zoe");
        assertThat(users().mayAdminister(asker.c)).isFalse();
        assertThat(users().mayAdminister(login("adam", 1))).isFalse();
        assertThat(users().mayAdminister(login("zoe", 2))).isTrue();
    }

    @Test
    void usersSurviveARestartFromLogAndSnapshot() throws Refusal {
        add("zoe");
        add("adam");
        users().password(asker.c, "adam", keys(2));
        ScramKeys ghost = users().keys("ghost");
        MemorySnapshot snapshot = snapshot();
        add("eve");
        users().remove(asker.c, "adam", false);
        add("adam");
        server.flush();

        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
        server = server.restarted(false, snapshot);
        assertThat(users().all()).extracting(UserStored::name).containsExactly("adam", "eve", "zoe");
        assertThat(users().administrator()).isEqualTo("zoe");
        assertThat(users().keys("ghost")).isEqualTo(ghost);
        assertThat(users().isCurrent("adam", keys(1))).isTrue();
    }

    @Test
    void everyChangeOfAUserChangesTheDigest() throws Refusal {
        long none = server.broker.digest();
        add("zoe");
        long one = server.broker.digest();
        users().password(asker.c, "zoe", keys(2));
        long changed = server.broker.digest();
        users().remove(asker.c, "zoe", true);

        assertThat(one).isNotEqualTo(none);
        assertThat(changed).isNotEqualTo(one);
        assertThat(server.broker.digest()).isNotEqualTo(changed);
    }

    @Test
    void theAdministratorStaysAsLongAsThereAreOthersAndTheLastUserWhereItIsNeeded() throws Refusal {
        add("zoe");
        add("adam");

        refused(ErrorCode.USER_NEEDED, () -> users().remove(asker.c, "zoe", true));
        users().remove(asker.c, "adam", false);
        refused(ErrorCode.USER_NEEDED, () -> users().remove(asker.c, "zoe", false));
        users().remove(asker.c, "zoe", true);

        assertThat(users().isEmpty()).isTrue();
        assertThat(users().administrator()).isNull();
    }

    @Test
    void whatDoesNotExistIsRefusedAndSoIsWhatDoes() throws Refusal {
        add("zoe");
        long before = server.broker.digest();

        refused(ErrorCode.USER_EXISTS, () -> add("zoe"));
        refused(ErrorCode.USER_UNKNOWN, () -> users().password(asker.c, "adam", keys(1)));
        refused(ErrorCode.USER_UNKNOWN, () -> users().remove(asker.c, "adam", true));
        assertThat(server.broker.digest()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0000", "a\nb", "a\u00A0b", "\u2168", "a\u00ADb", "\uD800"})
    void namesThatLookLikeOthersOrHaveControlCharactersAreRefused(String name) {
        refused(ErrorCode.USER_NOT_ALLOWED, () -> add(name));
        refused(ErrorCode.USER_NOT_ALLOWED, () -> add("x".repeat(256)));
        assertThat(users().isEmpty()).isTrue();
    }

    @Test
    void aNewPasswordAndARemovalEndTheConnectionsOfThatUserOnly() throws Refusal {
        add("zoe");
        add("adam");
        TestClient zoe = new TestClient(server, id(1), null, "zoe", false);
        TestClient adam = new TestClient(server, id(2), null, "adam", false);
        TestClient adamToo = new TestClient(server, id(3), null, "adam", false);

        users().password(adamToo.c, "adam", keys(2));

        assertThat(adam.out.expelled).isEqualTo(ErrorCode.USER_CHANGED);
        assertThat(adam.c.isGone()).isTrue();
        assertThat(adamToo.out.expelled).as("the one that asked is left alone").isNull();
        users().remove(zoe.c, "adam", false);
        assertThat(adamToo.out.expelled).isEqualTo(ErrorCode.USER_CHANGED);
        assertThat(zoe.out.expelled).isNull();
    }

    @Test
    void whatAnExpelledConsumerHadGoesBack() throws Refusal {
        add("zoe");
        add("adam");
        TestClient adam = new TestClient(server, id(2), null, "adam", false);
        adam.session(S, AcknowledgeMode.CLIENT);
        adam.send(S, adam.queue("q"), "m");
        adam.consume(S, 1, adam.queue("q"));
        server.settle();
        assertThat(adam.texts(1)).containsExactly("m");

        users().remove(asker.c, "adam", false);
        TestClient zoe = new TestClient(server, id(1), null, "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);
        zoe.consume(S, 1, zoe.queue("q"));
        server.settle();

        assertThat(zoe.texts(1)).containsExactly("m");
    }

    @Test
    void nobodyResumesOrReplacesTheConnectionOfAnother() throws Refusal {
        add("zoe");
        TestClient zoe = new TestClient(server, id(1), null, "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);

        for (String other : new String[] {"adam", null}) {
            refused(
                    ErrorCode.PERMISSION_DENIED,
                    () -> server.broker.connections().connect(id(1), null, other, true, new RecordingOutlet()));
            refused(
                    ErrorCode.PERMISSION_DENIED,
                    () -> server.broker.connections().connect(id(1), null, other, false, new RecordingOutlet()));
        }
        assertThat(zoe.out.fenced).isNull();
        zoe.send(S, zoe.queue("q"), "m");
        server.broker.connections().disconnected(zoe.c);
        server.pass(60_000);
        assertThat(zoe.c.isGone()).isTrue();
        refused(
                ErrorCode.PERMISSION_DENIED,
                () -> server.broker.connections().connect(id(1), null, "adam", true, new RecordingOutlet()));
        zoe = new TestClient(server, id(1), null, "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);
        assertThat(server.broker
                        .connections()
                        .connect(id(1), null, "zoe", true, new RecordingOutlet())
                        .wasResumed())
                .isTrue();
    }

    @Test
    void messagesCarryTheirUserOverRestartsAndToTheDeadLetters() throws Refusal {
        add("zoe");
        TestClient zoe = new TestClient(server, id(1), null, "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);
        zoe.session(2, AcknowledgeMode.TRANSACTED);
        zoe.send(S, zoe.queue("q"), "plain");
        zoe.send(S, zoe.queue("q"), "volatile", TestClient.sent().nonPersistent());
        zoe.send(2, zoe.queue("q"), "committed", TestClient.sent().transacted());
        zoe.commit(2, 1);
        zoe.consume(S, 1, zoe.queue("q"));
        server.settle();

        assertThat(zoe.texts(1)).containsExactlyInAnyOrder("plain", "volatile", "committed");
        for (long position : positions(zoe, 1)) {
            assertThat(annotations(position)).isEqualTo(Map.of(Annotations.USER_ID, "zoe"));
        }
        zoe.ack(S, 1, 1, 3, AckOutcome.REJECTED, false);
        server.settle();
        server = server.restarted(false);
        TestClient reader = new TestClient(server, id(4), null, "zoe", false);
        reader.session(S, AcknowledgeMode.CLIENT);
        reader.consume(S, 1, reader.queue("DLQ.q"));
        server.settle();

        assertThat(reader.texts(1)).containsExactlyInAnyOrder("plain", "committed");
        for (long position : positions(reader, 1)) {
            assertThat(annotations(position))
                    .containsEntry(Annotations.USER_ID, "zoe")
                    .containsKey(Annotations.DEAD_LETTER_REASON);
        }
    }

    @Test
    void messagesToTopicsCarryTheirUser() throws Refusal {
        add("zoe");
        TestClient zoe = new TestClient(server, id(1), "me", "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);
        zoe.consume(S, 1, zoe.topic("t"), 0, null, "x = 1", 10);
        zoe.consume(S, 2, zoe.topic("t"));
        zoe.consume(S, 3, zoe.topic("t"), 1, "durable", "x = 1", 10);
        zoe.send(S, zoe.topic("t"), "m", TestClient.sent().property("x", 1).delay(5));
        server.settle();
        server.pass(10);

        for (int consumer = 1; consumer <= 3; consumer++) {
            assertThat(zoe.texts(consumer)).containsExactly("m");
            assertThat(annotations(positions(zoe, consumer).get(0))).isEqualTo(Map.of(Annotations.USER_ID, "zoe"));
        }
    }

    @Test
    void selectorsSeeTheUserThatTheServerKnowsNotTheOneThatTheSenderClaims() throws Refusal {
        add("zoe");
        TestClient zoe = new TestClient(server, id(1), "me", "zoe", false);
        zoe.session(S, AcknowledgeMode.CLIENT);
        zoe.consume(S, 1, zoe.topic("t"), 0, null, "JMSXUserID = 'zoe'", 10);
        zoe.consume(S, 2, zoe.topic("t"), 0, null, "JMSXUserID = 'eve'", 10);
        zoe.send(S, zoe.topic("t"), "m", TestClient.sent().property("JMSXUserID", "eve"));
        for (int i = 0; i < 3; i++) {
            zoe.send(S, zoe.queue("q"), "m", TestClient.sent().property("JMSXUserID", "eve"));
            asker.session(S, AcknowledgeMode.CLIENT);
            asker.send(S, asker.queue("q"), "claimed", TestClient.sent().property("JMSXUserID", "eve"));
        }
        zoe.consume(S, 3, zoe.queue("q"), 0, null, "JMSXUserID = 'zoe'", 2);
        zoe.consume(S, 4, zoe.queue("q"), 0, null, "JMSXUserID IN ('eve', 'adam')", 2);
        zoe.consume(S, 5, zoe.queue("q"), 0, null, "JMSXUserID LIKE 'ad%'", 2);
        server.settle();

        assertThat(zoe.texts(1)).containsExactly("m");
        assertThat(zoe.texts(2)).isEmpty();
        assertThat(zoe.texts(3)).containsExactly("m", "m");
        assertThat(zoe.texts(4)).containsExactly("claimed", "claimed");
        assertThat(zoe.texts(5)).isEmpty();
    }

    @Test
    void whatABranchSendsCarriesItsUserWhicheverWayItIsCommitted() throws Refusal {
        add("zoe");
        TestClient zoe = new TestClient(server, id(1), "me", "zoe", false);
        zoe.session(S, AcknowledgeMode.XA);
        zoe.session(2, AcknowledgeMode.CLIENT);
        zoe.consume(2, 1, zoe.topic("t"), 1, "durable", null, 10);
        for (int n = 1; n <= 2; n++) {
            Xid xid = new Xid(1, Bytes.of((byte) n), Bytes.of((byte) 1));
            zoe.xaStart(S, xid, 0);
            zoe.send(S, zoe.topic("t"), "topic", TestClient.sent().transacted());
            zoe.send(S, zoe.queue("q"), "queue", TestClient.sent().transacted().delay(5));
            zoe.send(
                    S,
                    zoe.queue("q"),
                    "volatile",
                    TestClient.sent().transacted().nonPersistent());
            zoe.xaEnd(S, xid, 0x4000000);
            if (n == 2) {
                zoe.xaPrepare(xid);
                server.flush();
            }
            assertThat(zoe.xaCommit(xid, n == 1)).isZero();
        }
        zoe.consume(2, 2, zoe.queue("q"));
        server.settle();
        server.pass(20);
        Relocation relocation = server.broker.relocate(0, server.log.appended());
        while (relocation.step(7) != Relocation.Progress.DONE) {
            server.broker.bodiesArrived();
        }
        assertThat(zoe.texts(1)).containsExactly("topic", "topic");
        assertThat(zoe.texts(2)).containsExactlyInAnyOrder("queue", "volatile", "queue", "volatile");
        server.flush();
        server = server.restarted(false);
        TestClient after = new TestClient(server, id(2), "me", "zoe", false);
        after.session(2, AcknowledgeMode.CLIENT);
        after.consume(2, 1, after.topic("t"), 1, "durable", null, 10);
        after.consume(2, 2, after.queue("q"));
        server.settle();

        assertThat(after.texts(1)).containsExactly("topic", "topic");
        assertThat(after.texts(2)).containsExactly("queue", "queue");
        for (int consumer = 1; consumer <= 2; consumer++) {
            for (long position : positions(after, consumer)) {
                assertThat(annotations(position)).isEqualTo(Map.of(Annotations.USER_ID, "zoe"));
            }
        }
    }

    @Test
    void whoeverConnectsWithoutAUserSendsWithoutOne() throws Refusal {
        asker.session(S, AcknowledgeMode.CLIENT);
        asker.send(S, asker.queue("q"), "m");
        asker.consume(S, 1, asker.queue("q"));
        server.settle();

        assertThat(annotations(positions(asker, 1).get(0))).isEmpty();
    }

    private MemorySnapshot snapshot() {
        MemorySnapshot snapshot = new MemorySnapshot(server.log.appended(), null);
        server.broker.beginSnapshot(snapshot);
        while (!server.broker.snapshotStep(100)) {
            // the next blocks
        }
        server.broker.endSnapshot();
        return snapshot;
    }

    private static List<Long> positions(TestClient client, int consumer) {
        return client.out.delivered.stream()
                .filter(d -> d.consumer() == consumer)
                .map(RecordingOutlet.Delivered::position)
                .toList();
    }

    private Map<String, String> annotations(long position) {
        return Annotations.of(server.store.record(position));
    }

    private ClientConnection login(String user, int number) throws Refusal {
        return server.broker.connections().connect(id(number), null, user, false, new RecordingOutlet());
    }

    private Users users() {
        return server.broker.users();
    }

    private void add(String name) throws Refusal {
        users().add(name, keys(1), SECRET);
    }

    private static ScramKeys keys(int seed) {
        return ScramKeys.ofNobody(new byte[] {(byte) seed}, "", Scram.MIN_ITERATIONS);
    }

    private static UUID id(int number) {
        return new UUID(11, number);
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
