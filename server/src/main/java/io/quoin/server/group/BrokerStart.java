// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Journal;
import io.quoin.journal.JournalException;
import io.quoin.journal.Recovery;
import io.quoin.journal.RecoveryReport;
import io.quoin.journal.SnapshotReader;
import io.quoin.journal.disk.Clock;
import io.quoin.server.core.Broker;
import io.quoin.server.core.BrokerOptions;
import io.quoin.server.core.VolatileLog;
import java.util.function.Function;

/**
 * Brings an owner to life from a data folder: the log is applied to an empty broker by the code that applies it live, then
 * the journal is opened for more.
 *
 * <p>Thread: the one that makes it, before the owner's thread takes over.
 */
public final class BrokerStart {

    private final Clock clock;
    private final Recovery recovery;
    private final LateSink sink = new LateSink();
    private final VolatileLog volatileLog = new VolatileLog();
    private final StoredMessages store;
    private final Broker broker;
    private final RecoveryReport report;
    private final long snapshotPosition;

    /**
     * Reads the log. Nothing in it is changed.
     *
     * @param recovery begun, not replayed
     * @throws JournalException if it cannot be read, or reading it would lose records
     */
    public BrokerStart(Clock clock, Recovery recovery, BrokerOptions options) throws JournalException {
        this.clock = clock;
        this.recovery = recovery;
        this.store = new StoredMessages(recovery.segments(), volatileLog);
        this.broker = new Broker(options, sink, volatileLog, store);
        broker.now(clock.wallMs(), clock.nanoTime());
        this.snapshotPosition = restore(recovery);
        store.count();
        this.report = recovery.replay(broker::apply);
    }

    private long restore(Recovery from) throws JournalException {
        try (SnapshotReader snapshot = from.snapshot()) {
            if (snapshot == null) {
                return 0;
            }
            broker.restore(new RestoredSnapshot(snapshot));
            return snapshot.position();
        } catch (RestoredSnapshot.Unreadable e) {
            throw e.journalException();
        }
    }

    /** What was found in the log. */
    public RecoveryReport report() {
        return report;
    }

    /** Sums up the durable state that the log came to. */
    public long digest() {
        return broker.digest();
    }

    /** Whether connections have to say who they are. */
    public boolean hasUsers() {
        return !broker.users().isEmpty();
    }

    /**
     * Opens the journal and makes the owner.
     *
     * @param administration made for the broker; answers its verbs
     */
    public BrokerAgent open(AgentOptions options, Function<Broker, Administration> administration)
            throws JournalException {
        Journal journal = recovery.open();
        sink.open(journal);
        store.open(journal);
        broker.now(clock.wallMs(), clock.nanoTime());
        broker.booted(report.stoppedCleanly());
        return new BrokerAgent(clock, journal, broker, store, administration.apply(broker), options, snapshotPosition);
    }
}
