// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.journal.disk.SimDisk;
import io.quoin.journal.disk.SimDisk.Operation;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerAgentTest {

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.started();
        server.run();
    }

    @Test
    void aSendIsConfirmedAndDeliveredOnlyOnceItIsSynced() {
        TestPeer peer = open();
        peer.consume(1);
        server.runFor(20);
        long operations = server.disk.operations();

        peer.sendText("a", true);
        assertThat(peer.sentUpTo).isZero();
        assertThat(peer.delivered).isEmpty();
        assertThat(server.disk.operations()).isEqualTo(operations);

        server.agent.doWork();
        assertThat(server.disk.operations()).isEqualTo(operations + 2);
        assertThat(peer.sentUpTo).isEqualTo(1);
        assertThat(peer.texts()).containsExactly("a");
    }

    @Test
    void whatArrivedTogetherSharesOneSync() {
        TestPeer first = open();
        TestPeer second = open();
        server.runFor(20);
        long operations = server.disk.operations();

        for (int i = 0; i < 50; i++) {
            first.sendText("a" + i, true);
            second.sendText("b" + i, true);
        }
        server.agent.doWork();

        assertThat(server.disk.operations()).isEqualTo(operations + 2);
        assertThat(first.sentUpTo).isEqualTo(50);
        assertThat(second.sentUpTo).isEqualTo(50);
    }

    @Test
    void whatWasConfirmedIsThereAfterThePowerWent() throws Exception {
        TestPeer peer = open();
        for (int i = 0; i < 100; i++) {
            peer.sendText("m" + i, true);
        }
        server.run();
        assertThat(peer.sentUpTo).isEqualTo(100);
        peer.sendText("not confirmed", true);

        server.loseUnsynced();
        TestPeer later = open();
        later.consume(1);
        server.runFor(20);

        assertThat(later.texts()).hasSize(100).startsWith("m0", "m1").endsWith("m99");
    }

    @Test
    void whatWasAcknowledgedNeverComesAgainAndWhatWasOutComesFlagged() throws Exception {
        TestPeer peer = open();
        for (int i = 0; i < 10; i++) {
            peer.sendText("m" + i, true);
        }
        peer.consume(1);
        server.runFor(20);
        assertThat(peer.delivered).hasSize(10);
        peer.acknowledge(77, 1, 1, 4);
        server.run();
        assertThat(peer.all(Frame.Ok.class)).extracting(Frame.Ok::request).contains(77);

        server.loseUnsynced();
        TestPeer later = open();
        later.consume(1);
        server.runFor(20);

        assertThat(later.texts()).containsExactly("m4", "m5", "m6", "m7", "m8", "m9");
        assertThat(later.delivered).allMatch(TestPeer.Delivered::redelivered);
    }

    @Test
    void anAcknowledgementThatNobodyWaitsForIsSyncedWithin5Ms() {
        TestPeer peer = open();
        peer.sendText("a", true);
        peer.consume(1);
        server.runFor(50);
        long operations = server.disk.operations();

        peer.acknowledge(0, 1, 1, 1);
        server.agent.doWork();
        assertThat(server.disk.operations()).as("it starts no sync of its own").isEqualTo(operations);
        assertThat(server.agent.nextWorkNs() - server.clock.nanoTime()).isLessThanOrEqualTo(5_000_000);

        server.runFor(6);
        assertThat(server.disk.operations()).isEqualTo(operations + 2);
    }

    @Test
    void afterTheLastCommitTheLogIsSealedOnceAndThenThereIsSilence() {
        TestPeer peer = open();
        peer.sendText("a", true);
        server.run();
        long operations = server.disk.operations();

        server.runFor(9);
        assertThat(server.disk.operations()).isEqualTo(operations);
        server.runFor(2);
        assertThat(server.disk.operations()).isEqualTo(operations + 2);
        server.runFor(1_000);
        assertThat(server.disk.operations()).isEqualTo(operations + 2);
    }

    @Test
    void afterAFailedSyncNothingIsConfirmedEver() {
        TestPeer peer = open();
        server.runFor(20);
        server.disk.hook(
                (number, operation, path) -> operation == SimDisk.Operation.FORCE ? SimDisk.Fault.IO_ERROR : null);

        peer.sendText("a", true);
        assertThatThrownBy(() -> server.agent.doWork()).isInstanceOf(StorageFailedException.class);

        assertThat(peer.sentUpTo).isZero();
        assertThat(server.agent.isServing()).isFalse();
    }

    @Test
    void aCleanStopLeavesNoDoubtAboutWhatWasOut() throws Exception {
        TestPeer peer = open();
        peer.sendText("a", true);
        peer.consume(1);
        server.runFor(20);
        assertThat(peer.delivered).hasSize(1);

        server.agent.beginStop();
        server.run();
        assertThat(server.agent.isReadyToStop()).isFalse();
        assertThat(peer.all(Frame.Recall.class)).hasSize(1);
        peer.send(1, new Frame.Return(1, 0, 1, 1));
        assertThat(server.agent.isReadyToStop()).isTrue();
        server.agent.finishStop();
        server.disk = server.disk.afterProcessEnd();
        server.start();
        TestPeer later = open();
        later.consume(1);
        server.runFor(20);

        assertThat(later.delivered).singleElement().satisfies(delivery -> {
            assertThat(delivery.text()).isEqualTo("a");
            assertThat(delivery.redelivered()).isFalse();
            assertThat(delivery.deliveryCount()).isEqualTo(1);
        });
    }

    @Test
    void nonPersistentMessagesTouchNoDiskAndAreGoneAfterARestart() throws Exception {
        TestPeer peer = open();
        peer.consume(1);
        peer.sendText("first", true);
        server.runFor(30);
        long operations = server.disk.operations();

        peer.sendText("quick", false);
        server.agent.doWork();
        assertThat(peer.texts()).containsExactly("first", "quick");
        assertThat(server.disk.operations()).isEqualTo(operations);

        server.kill();
        TestPeer later = open();
        later.consume(1);
        server.runFor(20);
        assertThat(later.texts()).containsExactly("first");
    }

    @Test
    void aSlowReaderGetsNothingMoreUntilItReadsAgain() {
        TestPeer slow = open();
        slow.consume(1);
        slow.sendText("first", true);
        server.run();
        slow.writable = false;
        slow.sendText("seen to be slow", true);
        server.run();
        for (int i = 0; i < 100; i++) {
            slow.sendText("m" + i, true);
        }
        server.runFor(20);
        assertThat(slow.sentUpTo).as("answers still come").isEqualTo(102);
        assertThat(slow.texts()).containsExactly("first", "seen to be slow");

        slow.writable = true;
        slow.readAgain();
        server.run();
        assertThat(slow.texts()).hasSize(102);
    }

    @Test
    void aFullDiskRefusesProducersAndConfirmsNothingUntilThereIsSpace() {
        TestPeer peer = open();
        peer.sendText("before", true);
        server.run();
        server.disk.hook(
                (number, operation, path) -> operation == SimDisk.Operation.WRITE ? SimDisk.Fault.NO_SPACE : null);

        peer.sendText("in the gap", true);
        server.run();
        assertThat(peer.sentUpTo).isEqualTo(1);
        assertThat(server.agent.isServing()).isFalse();
        peer.sendText("refused", true);
        server.run();
        assertThat(peer.all(Frame.Refused.class))
                .extracting(Frame.Refused::sequence)
                .containsExactly(3L);

        server.disk.hook((number, operation, path) -> null);
        server.runFor(300);
        assertThat(peer.sentUpTo).isEqualTo(3);
        assertThat(server.agent.isServing()).isTrue();
        peer.consume(1);
        server.runFor(20);
        assertThat(peer.texts()).containsExactly("before", "in the gap");
    }

    @Test
    void afterSnapshotsARestartReadsOnlyTheTailAndHasTheSameState() throws Exception {
        TestPeer peer = open();
        peer.consume(1);
        String filler = "x".repeat(2_000);
        for (int i = 0; i < 3_000; i++) {
            peer.sendText(i + " " + filler, true);
            if (i % 100 == 99) {
                server.runFor(1);
                if (i < 2_500) {
                    long last = peer.delivered.size();
                    peer.acknowledge(0, 1, Math.max(1, last - 99), last);
                    peer.credit(1, last + 1_000, Long.MAX_VALUE, last);
                }
            }
        }
        server.runFor(2_000, 20);
        server.keepHouse();
        assertThat(server.segments()).as("dead segments are dropped").isLessThan(6);

        server.disk = server.disk.afterPowerCut(SimDisk.PowerCut.LOSE, 1);
        server.start();
        assertThat(server.report.records()).as("records of the tail").isLessThan(1_500);
        assertThat(server.agent.broker().queue("q").stats().depth()).isEqualTo(500);

        server.disk = server.disk.afterProcessEnd();
        server.start();
        assertThat(server.agent.broker().queue("q").stats().depth()).isEqualTo(500);
    }

    @Test
    void messagesThatStayDoNotKeepTheLogOfThoseThatAreGone() throws Exception {
        TestPeer peer = open();
        peer.consume(1);
        String filler = "x".repeat(2_000);
        for (int i = 0; i < 3_000; i++) {
            peer.sendText(i + " " + filler, true);
            if (i % 100 == 99) {
                server.runFor(1);
                long last = peer.delivered.size();
                // The first of each hundred stays.
                peer.acknowledge(0, 1, last - 98, last);
                peer.credit(1, last + 1_000, Long.MAX_VALUE, last);
            }
        }
        server.runFor(20_000, 20);
        server.keepHouse();
        assertThat(server.segments())
                .as("segments with few messages are emptied")
                .isLessThan(6);

        server.disk = server.disk.afterPowerCut(SimDisk.PowerCut.LOSE, 1);
        server.start();
        assertThat(server.report.damage()).isEmpty();
        TestPeer later = open();
        later.consume(1);
        server.runFor(2_000, 20);
        assertThat(later.texts()).hasSize(30).allMatch(text -> text.matches("(\\d*0)?0 x{2000}"));
    }

    private static List<String> numbersWithout(int missing) {
        return IntStream.range(0, 100)
                .filter(i -> i != missing)
                .mapToObj(Integer::toString)
                .toList();
    }

    private void repair(Bit bit) {
        try {
            server.disk.flipBit(bit.path, bit.number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Bit(String path, long number) {}

    /** Flips a bit where a segment has this text. */
    private Bit flipBitOf(String text) throws Exception {
        for (String path : server.disk.paths()) {
            int at = new String(server.disk.bytes(path), StandardCharsets.ISO_8859_1).indexOf(text);
            if (path.endsWith(".qj") && at >= 0) {
                Bit bit = new Bit(path, 8L * at + 3);
                server.disk.flipBit(bit.path, bit.number);
                return bit;
            }
        }
        throw new AssertionError(text + " is nowhere");
    }

    @Test
    void aMessageThatIsDamagedOnTheDiskIsMissedAloneAndKeptInQuarantine() throws Exception {
        TestPeer peer = open();
        String filler = "x".repeat(5_000);
        for (int i = 0; i < 100; i++) {
            peer.sendText(i + " " + filler, true);
            server.run();
        }
        server.runFor(50);
        server.disk = server.disk.afterProcessEnd();
        flipBitOf("50 xxxx");
        server.start();
        assertThat(server.report.losesRecords()).isFalse();

        TestPeer later = open();
        later.consume(1);
        server.runFor(200);

        assertThat(later.texts().stream().map(text -> text.substring(0, text.indexOf(' '))))
                .containsExactlyElementsOf(numbersWithout(50));
        assertThat(server.agent.counters().damagedMessages()).isEqualTo(1);
        assertThat(server.disk.list("quarantine")).hasSize(1);
        assertThat(server.agent.broker().queue("q").stats().depth()).isEqualTo(99);
    }

    @Test
    void aMessageThatIsReadBadlyOnceIsReadOnceMoreAndIsNotMissed() throws Exception {
        TestPeer peer = open();
        String filler = "x".repeat(5_000);
        for (int i = 0; i < 100; i++) {
            peer.sendText(i + " " + filler, true);
            server.run();
        }
        server.runFor(50);
        server.disk = server.disk.afterProcessEnd();
        Bit bit = flipBitOf("50 xxxx");
        server.start();
        AtomicInteger opened = new AtomicInteger();
        server.disk.hook((number, operation, path) -> {
            if (operation == Operation.OPEN && path.contains("seg-") && opened.incrementAndGet() == 2) {
                repair(bit);
            }
            return null;
        });

        TestPeer later = open();
        later.consume(1);
        server.runFor(200);

        assertThat(opened).hasValue(2);
        assertThat(later.texts()).hasSize(100);
        assertThat(server.agent.counters().damagedMessages()).isZero();
    }

    @Test
    void messagesThatLeftMemoryAreReadFromTheDiskInOrder() throws Exception {
        TestPeer peer = open();
        String filler = "x".repeat(5_000);
        for (int i = 0; i < 1_000; i++) {
            peer.sendText(i + " " + filler, true);
            if (i % 50 == 0) {
                server.run();
            }
        }
        server.run();
        server.kill();

        TestPeer later = open();
        later.consume(1);
        for (int i = 0; i < 1_000 && later.delivered.size() < 1_000; i++) {
            server.runFor(1);
            if (!later.delivered.isEmpty()) {
                long last = later.delivered.get(later.delivered.size() - 1).tag();
                later.credit(1, last + 500, Long.MAX_VALUE, last);
            }
        }

        assertThat(later.texts()).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(later.texts().get(i)).startsWith(i + " ");
        }
    }

    private TestPeer open() {
        TestPeer peer = server.connect();
        peer.session(AcknowledgeMode.CLIENT, "q");
        return peer;
    }
}
