// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.HandOutRecord;
import io.quoin.server.model.RecordType;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hand-out marks: up to which message a queue or subscription may have handed out, recorded ahead, so that after an unclean
 * stop no second delivery goes without its flag. Nothing above a mark goes out before the mark is durable.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class HandOut {

    /** Reserved at once: about 5,000 deliveries cost one record, and a crash flags at most so many that nobody saw. */
    static final int RESERVE = 10_000;

    private final ReadySources ready;
    private final ArrayDeque<Mark> pending = new ArrayDeque<>();
    private boolean isReplaying = true;

    HandOut(ReadySources ready) {
        this.ready = ready;
    }

    /** Records marks further ahead where deliveries have come half-way to them. Called after a step of dispatch. */
    void renew(Source source, Recorder recorder) {
        for (int priority = 0; hasMarks(source) && priority < MessageQueue.PRIORITIES; priority++) {
            renew(source, priority, recorder);
        }
    }

    private static boolean hasMarks(Source source) {
        return source.isDurable() && !source.isStrict();
    }

    private static void renew(Source source, int priority, Recorder recorder) {
        MessageQueue messages = source.messages();
        long next = messages.handoutNext(priority);
        if (next != 0 && next + RESERVE / 2 > messages.handoutMark(priority)) {
            HandOutRecord.put(recorder.begin(true, RecordType.HANDOUT, 0), source.number(), priority, next + RESERVE);
            recorder.end();
        }
    }

    /**
     * A message of this priority has joined: if it could go out at once, a mark is recorded with it, so that it does not wait
     * for one.
     */
    void joined(Source source, int priority, Recorder recorder) {
        if (hasMarks(source)
                && !source.consumers().isEmpty()
                && source.messages().lastArrival() > source.messages().handoutMark(priority)) {
            renew(source, priority, recorder);
        }
    }

    /** Applies {@code HANDOUT}. */
    void recorded(@Nullable Source source, long position, int priority, long upTo) {
        if (source == null) {
            return;
        }
        source.messages().handout(priority, upTo);
        if (isReplaying) {
            source.messages().handoutDurable(priority, upTo);
        } else {
            pending.add(new Mark(source, position, priority, upTo));
        }
    }

    /** From now on marks are new: during replay they were durable already. */
    void replayed() {
        isReplaying = false;
    }

    /** Whether a mark waits for the log. */
    boolean isWaiting() {
        return !pending.isEmpty();
    }

    /** The log is durable up to {@code position}. */
    void durable(long position) {
        Mark mark = pending.peek();
        while (mark != null && mark.position < position) {
            pending.remove();
            mark.source.messages().handoutDurable(mark.priority, mark.upTo);
            ready.add(mark.source);
            mark = pending.peek();
        }
    }

    /** A mark that is recorded and not yet durable. */
    private record Mark(Source source, long position, int priority, long upTo) {}
}
