// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.Disk;
import io.quoin.journal.disk.ManualClock;
import io.quoin.journal.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run of a journal made of everything that one can do, chosen by a seed, and the history that says what may be found after
 * it was cut short: at least what was confirmed, at most what was appended, and of an atomic batch all or nothing.
 */
final class Workload {
    static final int SEGMENT_BYTES = 16 * 1024;

    private final SplittableRandom random;
    private final int steps;
    private final ManualClock clock = new ManualClock();

    /** Digest after so many records. */
    private final List<Long> digests = new ArrayList<>(List.of(0L));

    /** Numbers of records after which an atomic batch was not complete. */
    private final BitSet inside = new BitSet();

    private int confirmed;
    private int nextId;
    private Journal journal;
    private ToyState state;
    private boolean snapshotUnfinished;
    private int diskFull;

    Workload(long seed, int steps) {
        this.random = new SplittableRandom(seed);
        this.steps = steps;
    }

    static JournalOptions options(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return JournalOptions.defaults()
                .withSegmentBytes(SEGMENT_BYTES)
                .withBlockBytes(128 * 1024)
                .withTailBytes(0)
                .withReserveBytes(0)
                .withPieceIntervalMs(0)
                .withRandom(random::nextLong);
    }

    int diskFull() {
        return diskFull;
    }

    /** Runs all steps; whatever the disk throws comes through as it is or in a JournalException. */
    void run(Disk disk) throws JournalException, IOException {
        start(disk);
        for (int i = 0; i < steps; i++) {
            step(disk);
        }
    }

    private void start(Disk disk) throws JournalException {
        try (Recovery recovery = Recovery.begin(disk, clock, options(random.nextLong()))) {
            state = replay(recovery);
            check(state, "a start without a crash");
            journal = recovery.open();
        }
        forgetAfter(state.applied());
        confirmed = state.applied();
        nextId = Math.max(nextId, 0);
    }

    /** The next records follow those that were found. */
    private void forgetAfter(int applied) {
        while (digests.size() > applied + 1) {
            digests.remove(digests.size() - 1);
        }
        inside.clear(applied, Math.max(applied, inside.length()));
    }

    private static ToyState replay(Recovery recovery) throws JournalException {
        ToyState found;
        try (SnapshotReader snapshot = recovery.snapshot()) {
            found = ToyState.from(snapshot, recovery.segments());
        }
        RecoveryReport report = recovery.replay(found::apply);
        // A super block that was being written is found torn, and the other copy does. Snapshots are damaged by a test.
        if (report.damage().stream().anyMatch(d -> d.kind() != Damage.Kind.SUPER && d.kind() != Damage.Kind.SNAPSHOT)) {
            throw new AssertionError("damage is reported where there is none: " + report.damage());
        }
        found.checkLive();
        return found;
    }

    private void check(ToyState found, String where) {
        int applied = found.applied();
        if (applied < confirmed || applied >= digests.size()) {
            throw new AssertionError(where + ": " + applied + " records, " + confirmed + " were confirmed and "
                    + (digests.size() - 1) + " appended");
        }
        if (inside.get(applied)) {
            throw new AssertionError(where + ": part of an atomic batch, " + applied + " records");
        }
        if (found.digest() != digests.get(applied)) {
            throw new AssertionError(where + ": the state after " + applied + " records is another");
        }
    }

    /** Recovers what is left of a run and compares it with the history. */
    void verify(SimDisk left, boolean thoroughly) throws JournalException {
        try (Recovery recovery = Recovery.begin(left, clock, options(99))) {
            ToyState found = replay(recovery);
            check(found, "after a crash");
            if (!thoroughly) {
                return;
            }
            SimDisk[] cut = new SimDisk[1];
            try (Journal reopened = recovery.open()) {
                found.checkBodies(reopened);
                reopened.begin(ToyState.PUT, 0).putInt(1_000_000);
                reopened.end(Payloads.of(1_000_000, 100));
                found.apply(reopened.last());
                reopened.flush();
                // What this start confirmed must be on the disk itself, also where its predecessor's sync had failed.
                cut[0] = left.afterPowerCut(SimDisk.PowerCut.LOSE, 0);
            }
            long digest = found.digest();
            same(left, digest);
            same(cut[0], digest);
        }
    }

    private void same(Disk left, long digest) throws JournalException {
        try (Recovery again = Recovery.begin(left, clock, options(98))) {
            if (replay(again).digest() != digest) {
                throw new AssertionError("the next start finds another state than was confirmed");
            }
        }
    }

    private void step(Disk disk) throws JournalException, IOException {
        int choice = random.nextInt(100);
        if (choice < 30) {
            put(random.nextInt(700));
        } else if (choice < 34) {
            put(2_000 + random.nextInt(6_000));
        } else if (choice < 44) {
            delete();
        } else if (choice < 50) {
            atomic(2 + random.nextInt(4));
        } else if (choice < 67) {
            flush();
        } else if (choice < 72) {
            flushInSteps();
        } else if (choice < 77) {
            if (journal.seal()) {
                flush();
            }
        } else if (choice < 84) {
            snapshot();
        } else if (choice < 90) {
            clean();
        } else if (choice < 95) {
            for (int i = 0; i < 3; i++) {
                journal.housekeeper().doWork();
            }
        } else if (choice < 98) {
            stop(disk);
        } else {
            kill(disk);
        }
    }

    private void put(int length) {
        int id = nextId++;
        journal.begin(ToyState.PUT, 0).putInt(id);
        journal.end(Payloads.of(id, length));
        applied();
    }

    private void delete() {
        List<Integer> ids = state.ids();
        if (!ids.isEmpty()) {
            journal.begin(ToyState.DELETE, 0).putInt(ids.get(random.nextInt(ids.size())));
            journal.end();
            applied();
        }
    }

    private void applied() {
        state.apply(journal.last());
        digests.add(state.digest());
    }

    private void atomic(int records) {
        int length = random.nextInt(1_500);
        journal.beginAtomic(records * Journal.recordBytes(4, 8 + length));
        int first = digests.size();
        for (int i = 0; i < records; i++) {
            put(length);
        }
        inside.set(first, digests.size() - 1);
        journal.endAtomic();
    }

    private void flush() throws JournalException {
        try {
            journal.flush();
        } catch (DiskFullException e) {
            diskFull++;
            journal.flush();
        }
        confirmed = state.applied();
    }

    /** As a journal's thread would: the owner appends on while a batch is written. */
    private void flushInSteps() throws JournalException {
        Batch batch = journal.take();
        int taken = state.applied();
        put(random.nextInt(300));
        clean();
        if (batch != null) {
            try {
                journal.write(batch);
            } catch (DiskFullException e) {
                diskFull++;
                journal.write(batch);
            }
            journal.completed(batch);
            confirmed = taken;
        }
    }

    private void snapshot() throws JournalException {
        boolean hasPrevious = journal.snapshot() != null && !snapshotUnfinished;
        SnapshotWriter writer = journal.beginSnapshot();
        snapshotUnfinished = true; // what changed since is not known any more if this does not end well
        try {
            state.write(writer, hasPrevious);
            flush();
            writer.commit();
            state.snapshotCommitted();
            snapshotUnfinished = false;
        } catch (DiskFullException e) {
            diskFull++;
            writer.abort();
        }
    }

    private void clean() throws JournalException {
        long limit = random.nextInt(3) == 0 ? journal.appended() : journal.safePosition();
        long segment = journal.segments().candidate(limit, 0.6);
        if (segment == 0) {
            return;
        }
        for (int id : state.idsIn(segment, SEGMENT_BYTES)) {
            journal.begin(ToyState.MOVE, 0).putInt(id);
            journal.end(Payloads.of(id, state.payloadLength(id)));
            applied();
        }
        journal.dropSegment(segment);
    }

    /** Ends the run in order. */
    void stopHere() throws JournalException {
        flush();
        journal.close();
    }

    private void stop(Disk disk) throws JournalException {
        flush();
        journal.close();
        snapshotUnfinished = false;
        start(disk);
    }

    /** The process ends and is started again; what it had written is there. */
    private void kill(Disk disk) throws JournalException, IOException {
        journal.abandon();
        snapshotUnfinished = false;
        start(disk);
    }
}
