// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.Journal;
import io.quoin.journal.SegmentTable;
import io.quoin.server.core.Broker;
import io.quoin.server.core.Relocation;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log short: drops segments in which nothing is needed any more, and moves what little is needed out of others
 * first, at a pace that leaves the disk to those who wait for it. It looks only at what no restart will read.
 *
 * <p>Thread: the owner's.
 */
final class Cleaner {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    /** A segment of which more is needed is left alone: moving it would cost more than it frees. */
    private static final double LIVE_SHARE_MAX = 0.5;

    /** Messages that are moved in one step. */
    private static final int MESSAGES_PER_STEP = 64;

    /** The pace of steps: 20 ms, as of everything that writes in the background (docs/journal-format.md). */
    private static final long STEP_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** The pace of looking for something to do: 1 s. */
    private static final long LOOK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final Journal journal;
    private final Broker broker;
    private @Nullable Relocation relocation;
    private long segment;
    /** A segment that could not be emptied is looked at again when no restart needs a later part of the log. */
    private long failedSegment;

    private long failedAtSafe;
    private long nextNs;

    Cleaner(Journal journal, Broker broker, long nowNs) {
        this.journal = journal;
        this.broker = broker;
        this.nextNs = nowNs;
    }

    /** When the next step is due while a segment is being emptied; otherwise any other work will do. */
    long nextWorkNs() {
        return relocation == null ? NEVER : nextNs;
    }

    /** Does a step if it is time for one; returns how much was done. */
    int doWork(long nowNs) {
        if (nowNs - nextNs < 0) {
            return 0;
        }
        Relocation moving = relocation;
        if (moving == null) {
            nextNs = nowNs + LOOK_INTERVAL_NS;
            return look(nowNs);
        }
        nextNs = nowNs + STEP_INTERVAL_NS;
        if (moving.step(MESSAGES_PER_STEP) == Relocation.Progress.DONE) {
            end(moving);
            nextNs = nowNs;
        }
        return 1;
    }

    private int look(long nowNs) {
        SegmentTable segments = journal.segments();
        long safe = journal.safePosition();
        long candidate = segments.candidate(safe, LIVE_SHARE_MAX);
        if (candidate == 0 || (candidate == failedSegment && safe == failedAtSafe)) {
            return 0;
        }
        segment = candidate;
        if (segments.liveBytes(candidate) == 0) {
            journal.dropSegment(candidate);
            nextNs = nowNs;
        } else {
            long end = segments.endOf(candidate);
            relocation = broker.relocate(end - segments.segmentBytes(), end);
            nextNs = nowNs + STEP_INTERVAL_NS;
        }
        return 1;
    }

    private void end(Relocation moved) {
        relocation = null;
        if (journal.segments().liveBytes(segment) == 0) {
            LOG.debug("Moved {} bytes out of segment {}", moved.copiedBytes(), segment);
            journal.dropSegment(segment);
        } else {
            failedSegment = segment;
            failedAtSafe = journal.safePosition();
        }
    }
}
