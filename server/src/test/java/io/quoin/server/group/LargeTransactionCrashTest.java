// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.JournalException;
import io.quoin.journal.disk.SimDisk;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.BrokerOptions;
import io.quoin.server.core.LargeTransactions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The process ends at one operation of the disk after the other around a large transaction, which receives some messages and sends others, takes
 * effect in steps, and has snapshots in between: whatever is left of the disk, the next start finds all of it or nothing.
 */
class LargeTransactionCrashTest {

    private static final List<String> OLD =
            IntStream.range(0, 6).mapToObj(i -> "old" + i).toList();
    private static final List<String> NEW =
            IntStream.range(0, 24).mapToObj(i -> "new" + i).toList();
    private static final int COMMIT = 7;
    /** The ordinary run takes every third operation. */
    private static final int STRIDE = Boolean.getBoolean("quoin.long") ? 1 : 3;

    private static TestServer server() throws JournalException {
        // Snapshots every few records, so that some hold it open, and some half in effect.
        return TestServer.started(
                BrokerOptions.DEFAULT.withLargeTransactions(new LargeTransactions(1 << 20, 4, 5, 1 << 20)), 1_500);
    }

    @Test
    void aCommitIsWholeOrNothingWhereverTheProcessEnds() throws JournalException {
        everyCrash(true);
    }

    @Test
    void aRollbackLeavesNothingWhereverTheProcessEnds() throws JournalException {
        everyCrash(false);
    }

    private static void everyCrash(boolean commit) throws JournalException {
        boolean ended = true;
        int snapshots = 0;
        int at = 1;
        for (; ended; at += STRIDE) {
            TestServer server = server();
            TestPeer peer = receiver(server);
            long first = server.disk.operations();
            int crashAt = at;
            server.disk.hook((number, operation, path) -> number == first + crashAt ? SimDisk.Fault.CRASH : null);
            ended = ends(() -> transaction(server, peer, commit));
            boolean promised = peer.all(Frame.Ok.class).stream().anyMatch(ok -> ok.request() == COMMIT);
            assertThat(ended || promised).isTrue();
            snapshots += server.disk.paths().stream().anyMatch(path -> path.contains("manifest")) ? 1 : 0;
            for (SimDisk left : List.of(
                    server.disk.afterProcessEnd(),
                    server.disk.afterPowerCut(SimDisk.PowerCut.LOSE, at),
                    server.disk.afterPowerCut(SimDisk.PowerCut.TEAR, at))) {
                List<String> found = texts(server.startedAgainOn(left));
                if (!commit) {
                    assertThat(found).as("after operation %d", at).isEqualTo(OLD);
                } else if (promised) {
                    assertThat(found).as("after operation %d", at).isEqualTo(NEW);
                } else {
                    assertThat(found).as("after operation %d", at).isIn(OLD, NEW);
                }
            }
        }
        assertThat(at).as("operations of the disk").isGreaterThan(50);
        assertThat(snapshots).as("crashes after a snapshot").isGreaterThan(5);
    }

    /** A peer that has what is in the queue. */
    private static TestPeer receiver(TestServer server) {
        TestPeer peer = server.connect();
        peer.session(AcknowledgeMode.TRANSACTED, "q");
        OLD.forEach(text -> peer.sendText(text, true));
        peer.consume(1);
        peer.credit(1, 100, 1 << 20, 0);
        server.runFor(20);
        return peer;
    }

    private static void transaction(TestServer server, TestPeer peer, boolean commit) {
        peer.acknowledgeInTransaction(1, 1, OLD.size());
        for (String text : NEW) {
            peer.sendInTransaction(text);
            server.runFor(6); // longer than what nobody waits for waits
        }
        peer.send(1, commit ? new Frame.Commit(COMMIT, 1, List.of()) : new Frame.Rollback(COMMIT, 1, List.of()));
        server.runFor(50);
    }

    private static boolean ends(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimDisk.Crash e) {
            return true;
        }
    }

    /** What is in the queue, in order. */
    private static List<String> texts(TestServer server) {
        TestPeer peer = server.connect();
        peer.session(AcknowledgeMode.AUTO, "q");
        peer.consume(1);
        peer.credit(1, 100, 1 << 20, 0);
        server.runFor(20);
        return peer.texts();
    }
}
