// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.JournalException;
import io.quoin.journal.JournalOptions;
import io.quoin.journal.Recovery;
import io.quoin.journal.RecoveryReport;
import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import io.quoin.server.admin.AdminVerbs;
import io.quoin.server.admin.UserVerbs;
import io.quoin.server.core.BrokerOptions;
import java.io.IOException;
import java.util.Random;

/** An owner on a simulated disk and clock, driven step by step in the test's thread. */
final class TestServer {

    private static final long SNAPSHOT_EVERY_BYTES = 1 << 20;

    final ManualClock clock = new ManualClock();
    SimDisk disk = new SimDisk();
    BrokerAgent agent;
    RecoveryReport report;

    private final BrokerOptions brokerOptions;
    private final long snapshotEveryBytes;

    private TestServer(BrokerOptions brokerOptions, long snapshotEveryBytes) {
        this.brokerOptions = brokerOptions;
        this.snapshotEveryBytes = snapshotEveryBytes;
    }

    static TestServer started() throws JournalException {
        return started(BrokerOptions.DEFAULT, SNAPSHOT_EVERY_BYTES);
    }

    static TestServer started(BrokerOptions options, long snapshotEveryBytes) throws JournalException {
        TestServer server = new TestServer(options, snapshotEveryBytes);
        server.start();
        return server;
    }

    void start() throws JournalException {
        Random random = new Random(7);
        JournalOptions options = JournalOptions.defaults()
                .withSegmentBytes(1 << 20)
                .withTailBytes(1 << 20)
                .withReserveBytes(0)
                .withPieceIntervalMs(0)
                .withRandom(random::nextLong);
        Recovery recovery = Recovery.begin(disk, clock, options);
        BrokerStart start = new BrokerStart(clock, recovery, brokerOptions);
        report = start.report();
        agent = start.open(
                new AgentOptions("test", recovery.nodeId(), 35_000, snapshotEveryBytes),
                broker -> new AdminVerbs(broker, "test", new UserVerbs(broker.users(), true, random)));
    }

    /** What would be after a crash now, on that disk. */
    TestServer startedAgainOn(SimDisk left) throws JournalException {
        TestServer server = new TestServer(brokerOptions, snapshotEveryBytes);
        server.disk = left;
        server.start();
        return server;
    }

    /** The process is killed: what the operating system has stays. */
    void kill() throws JournalException {
        disk = disk.afterProcessEnd();
        start();
    }

    /** The power goes: what was not synced is lost. */
    void loseUnsynced() throws JournalException {
        disk = disk.afterPowerCut(SimDisk.PowerCut.LOSE, 1);
        start();
    }

    void stop() throws JournalException {
        agent.beginStop();
        while (!agent.isReadyToStop()) {
            runFor(10);
        }
        agent.finishStop();
    }

    /** Works until there is nothing to do at once. */
    void run() {
        for (int i = 0; i < 1_000 && agent.doWork() > 0; i++) {
            // again
        }
    }

    /** Lets time pass, in steps of a millisecond. */
    void runFor(long ms) {
        runFor(ms, 1);
    }

    void runFor(long ms, long stepMs) {
        for (long i = 0; i < ms; i += stepMs) {
            clock.advanceMs(stepMs);
            run();
        }
    }

    TestPeer connect() {
        TestPeer peer = new TestPeer(this);
        peer.hello();
        return peer;
    }

    /** Segments of the log that are there. */
    int segments() {
        return (int)
                disk.paths().stream().filter(path -> path.contains("/seg-")).count();
    }

    /** Does the journal's housekeeping until there is nothing to do. */
    void keepHouse() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            agent.housekeeper().doWork();
        }
    }
}
