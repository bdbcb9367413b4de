// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.it.sim.model.Violation;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalOptions;
import io.quoin.journal.Recovery;
import io.quoin.journal.disk.SimDisk;
import io.quoin.server.core.Broker;
import io.quoin.server.core.BrokerOptions;
import io.quoin.server.core.LargeTransactions;
import io.quoin.server.core.QueueInfo;
import io.quoin.server.group.AgentOptions;
import io.quoin.server.group.BrokerAgent;
import io.quoin.server.group.BrokerStart;
import io.quoin.server.group.StorageFailedException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The server's own code on a simulated disk: started, driven step by step, stopped, and killed. */
final class SimServer {

    private static final int SEGMENT_BYTES = 64 << 10;

    private final TickingClock clock;
    private final ServerView view;
    private final Trace trace;
    private final Chance chance;
    private final Faults faults;
    private final JournalOptions journalOptions;
    private final int snapshotEveryBytes;
    private final BrokerOptions brokerOptions;
    private SimDisk disk = new SimDisk();
    private @Nullable BrokerAgent agent;
    private int boots;

    SimServer(TickingClock clock, ServerView view, Trace trace, Chance chance) {
        this.clock = clock;
        this.view = view;
        this.trace = trace;
        this.chance = chance;
        this.faults = new Faults(chance.split());
        this.snapshotEveryBytes = chance.pick(2 << 10, 20 << 10, 1 << 20);
        BrokerOptions options = BrokerOptions.DEFAULT.withRestartGraceMs(chance.pick(0L, 0L, 1_000L, 10_000L));
        this.brokerOptions = options.withLargeTransactions(
                chance.in(0.3)
                        ? LargeTransactions.DEFAULT
                        : new LargeTransactions(
                                chance.pick(1, 1 << 10, 1 << 20),
                                chance.pick(0, 1, 3),
                                chance.pick(1, 2, 10),
                                1 << 20));
        Chance generations = chance.split();
        this.journalOptions = JournalOptions.defaults()
                .withSegmentBytes(SEGMENT_BYTES)
                .withBlockBytes(128 << 10)
                .withTailBytes(chance.pick(0, 8 << 10, 1 << 20))
                .withReserveBytes(0)
                .withPieceIntervalMs(0)
                .withRandom(generations::next);
    }

    boolean isUp() {
        return agent != null;
    }

    Faults faults() {
        return faults;
    }

    int boots() {
        return boots;
    }

    /** A link to the server that runs; nobody answers if there is none. */
    void accept(SimLink link) {
        link.handler(running().accept(link));
    }

    // --- life ---

    /** Starts on what the disk holds. A fault of the disk may end it at once; without one, it must come up. */
    void start() {
        trace.add("the server starts");
        boots++;
        disk.hook(faults);
        try {
            agent = open(disk);
            view.started(brokerOptions.restartGraceMs());
        } catch (JournalException | SimDisk.Crash e) {
            trace.add("  and fails: ", e);
            if (!faults.happened()) {
                throw new Violation("The server does not start on what it has left: " + e.getMessage(), e);
            }
            lost();
        }
    }

    private BrokerAgent open(SimDisk from) throws JournalException {
        BrokerStart start = new BrokerStart(clock, Recovery.begin(from, clock, journalOptions), brokerOptions);
        return start.open(
                new AgentOptions("simulated", new UUID(1, 2), 35_000, snapshotEveryBytes),
                broker -> (asker, verb, arguments) -> "{}");
    }

    /** One step of its duty cycle; returns whether it did anything. */
    boolean step() {
        if (agent == null) {
            return false;
        }
        boolean[] worked = new boolean[1];
        guarded(() -> worked[0] = running().doWork() > 0);
        return worked[0];
    }

    /** Does something that reaches the server's code: if the disk fails there, the server ends. */
    void guarded(Runnable action) {
        try {
            action.run();
        } catch (SimDisk.Crash e) {
            trace.add("the server's process ends: ", e.getMessage());
            lost();
        } catch (StorageFailedException e) {
            if (!faults.happened()) {
                throw new Violation("The server gives up without a reason: " + e, e);
            }
            trace.add("the server stops for good: ", e);
            lost();
        }
    }

    /** When it has to be stepped next, in ms of the monotonic clock. */
    long nextWorkMs() {
        long next = running().nextWorkNs();
        return next == Long.MAX_VALUE ? next : Math.max(0, (next - clock.nanoTime() + 999_999) / 1_000_000);
    }

    /** The process dies, or the machine with it. */
    void kill() {
        if (agent != null) {
            trace.add("the server is killed");
            lost();
        }
    }

    private void lost() {
        agent = null;
        faults.clear();
        view.killed();
        disk = chance.in(0.4)
                ? disk.afterProcessEnd()
                : disk.afterPowerCut(chance.pick(SimDisk.PowerCut.values()), chance.next());
    }

    /** Lets the journal prepare and recycle segments, as a thread of its own does elsewhere. */
    void keepHouse() {
        if (agent == null) {
            return;
        }
        guarded(() -> {
            try {
                running().housekeeper().doWork();
            } catch (IOException e) {
                trace.add("housekeeping fails and is tried again: ", e.getMessage());
            }
        });
    }

    /** Asks for an orderly stop; clients may still give back what they have not handed out. */
    void beginStop() {
        trace.add("the server is told to stop");
        BrokerAgent stopping = running();
        guarded(stopping::beginStop);
    }

    /** Ends an orderly stop; if the disk fails in it, it was none. */
    void finishStop() {
        BrokerAgent stopping = running();
        guarded(() -> {
            try {
                stopping.finishStop();
            } catch (JournalException e) {
                trace.add("  and cannot: ", e);
                kill();
            }
        });
        if (agent != null) {
            long live = stopping.broker().digest();
            agent = null;
            faults.clear();
            view.stoppedCleanly();
            disk = chance.in(0.5) ? disk.afterPowerCut(SimDisk.PowerCut.LOSE, 0) : disk.afterProcessEnd();
            checkCopy(live, "after an orderly stop");
        }
    }

    // --- checks ---

    /** A second copy that is fed only what is certainly on the disk must be in the state that the server is in. */
    void checkCopy() {
        checkCopy(running().broker().digest(), "while the server runs");
    }

    private void checkCopy(long live, String when) {
        try {
            checkEqual(live, Copies.digest(disk, false, clock, journalOptions), "The state that is recovered", when);
            if (Copies.isComplete(disk)) {
                checkEqual(live, Copies.digest(disk, true, clock, journalOptions), "What all records come to", when);
            }
        } catch (JournalException | IOException e) {
            throw new Violation("What the server has synced cannot be read " + when + ": " + e.getMessage(), e);
        }
    }

    private static void checkEqual(long live, long other, String what, String when) {
        if (live != other) {
            throw new Violation(what + " is not the state that was live, " + when);
        }
    }

    List<QueueInfo> queues() {
        return running().broker().queues();
    }

    Broker broker() {
        return running().broker();
    }

    private BrokerAgent running() {
        BrokerAgent running = agent;
        if (running == null) {
            throw new IllegalStateException("The server is down");
        }
        return running;
    }
}
