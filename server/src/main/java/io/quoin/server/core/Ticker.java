// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.ExpirySink;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.DueRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * What happens because time has passed: delayed messages fall due, messages expire, held ones may go out again.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Ticker implements ExpirySink {

    private final Now now;
    private final Timers timers;
    private final ReadySources ready;
    private final Recorder recorder;
    private final RangeWriter ranges;
    private final DeadLetters deadLetters;
    private @Nullable Source expiring;

    Ticker(Now now, Timers timers, ReadySources ready, Recorder recorder, RangeWriter ranges, DeadLetters deadLetters) {
        this.now = now;
        this.timers = timers;
        this.ready = ready;
        this.recorder = recorder;
        this.ranges = ranges;
        this.deadLetters = deadLetters;
    }

    /** Does up to about {@code budget} messages' worth of what is due; returns how much was done. */
    int tick(int budget) {
        int work = 0;
        while (work < budget) {
            Source source = timers.poll(now.wallMs());
            if (source == null) {
                break;
            }
            work += 1 + tick(source, Math.min(budget - work, RangesRecord.MAX_MESSAGES));
        }
        return work;
    }

    private int tick(Source source, int budget) {
        MessageQueue messages = source.messages();
        int work = 0;
        if (messages.nextDueMs() <= now.wallMs()) {
            due(source, source.isDurable(), 0, budget);
            work += budget;
        }
        if (messages.nextDueVolatileMs() <= now.wallMs()) {
            due(source, false, DueRecord.VOLATILE, budget);
            work += budget;
        }
        work += expire(source, budget);
        ready.add(source);
        long next = Math.min(messages.nextDeadlineMs(), Math.min(messages.nextDueMs(), messages.nextDueVolatileMs()));
        if (next != Long.MAX_VALUE) {
            timers.touch(source, next);
        }
        return work;
    }

    private void due(Source source, boolean durable, int flags, int max) {
        DueRecord.put(recorder.begin(durable, RecordType.DUE, flags), source.number(), max, now.wallMs());
        recorder.end();
    }

    private int expire(Source source, int budget) {
        expiring = source;
        ranges.begin(RecordType.EXPIRED, source, 0);
        int found = source.messages().expire(now.wallMs(), budget, this);
        ranges.end();
        return found;
    }

    @Override
    public void expired(int priority, long arrival, boolean isVolatile, long position, int length) {
        Source source = expiring;
        if (source == null || source.options().expiryQueue().isEmpty()) {
            ranges.add(priority, arrival);
        } else {
            deadLetters.expired(source, priority, arrival, length);
        }
    }
}
