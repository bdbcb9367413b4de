// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes back what a consumer was sent ahead and does not get to, when another one of the same queue has nothing to do: so
 * that an idle neighbour has work within a second, however much is prefetched. What comes back is shared out anew among all
 * that have credit. The one that was asked gets nothing more until its client grants credit again, which it does when the
 * application wants a message; so nothing goes to and fro while an application is busy or stopped.
 *
 * <p>Where messages have groups, a consumer that has not got on with what it holds is <i>away</i> as soon as others can work:
 * its unseen messages are asked back too, and its slots lent, though nobody be idle; only the slot of what its application
 * holds stays.
 *
 * <p>If nobody else took what came back, because selectors or groups keep it where it was, the consumer is left alone for a
 * time that doubles with each such try.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Recalls {

    /** A consumer that got nothing for so long and has unseen messages does not get to them. */
    private static final long PATIENCE_MS = 500;

    /** A consumer that asked in vain so short a time ago wants messages. */
    private static final long ASKED_MS = 1_000;

    private static final long PAUSE_LEAST_MS = 1_000;
    private static final long PAUSE_MOST_MS = 60_000;

    private static final long CHECK_EVERY_MS = 100;
    /** Slots that were lent go home after that time. */
    private static final long REVIEW_EVERY_MS = 500;
    /** Reviews after which slots that are not used any more are looked for. */
    private static final int REVIEWS_OF_AN_AGE = 2;

    private final Now now;
    private final ReadySources ready;
    /** Queues and subscriptions with more than one consumer. */
    private final Set<Source> shared = new LinkedHashSet<>();

    private long checkAtMs;
    private long reviewAtMs;
    private int reviews;

    Recalls(Now now, ReadySources ready) {
        this.now = now;
        this.ready = ready;
    }

    /** A consumer came or went. */
    void consumersChanged(Source source) {
        if (source.consumers().size() > 1) {
            shared.add(source);
        } else {
            shared.remove(source);
        }
        for (Consumer consumer : source.consumers()) {
            consumer.recallAfter(0, 0);
        }
    }

    /** The client grants credit, perhaps after a recall: was somebody else glad of what it gave back? */
    void credited(Consumer consumer) {
        long count = consumer.recalledCount();
        if (count == 0) {
            return;
        }
        consumer.recalledCount(0);
        MessageQueue messages = consumer.source().messages();
        boolean wasInVain = messages.depth() - messages.out() >= count;
        long pauseMs = wasInVain ? Math.min(PAUSE_MOST_MS, Math.max(PAUSE_LEAST_MS, 2 * consumer.recallPauseMs())) : 0;
        consumer.recallAfter(pauseMs, now.monotonicMs() + pauseMs);
    }

    /** Asks for what is to come back; returns how many consumers were asked. */
    int tick() {
        if (shared.isEmpty() || now.monotonicMs() < checkAtMs) {
            return 0;
        }
        checkAtMs = now.monotonicMs() + CHECK_EVERY_MS;
        int asked = 0;
        boolean reviewing = now.monotonicMs() >= reviewAtMs;
        if (reviewing) {
            reviewAtMs = now.monotonicMs() + REVIEW_EVERY_MS;
            reviews++;
        }
        for (Source source : shared) {
            if (!source.messages().ready() && hasIdle(source.consumers())) {
                asked += recall(source.consumers());
            }
            if (source.messages().hasSlots()) {
                asked += recallWhoDoesNotGetOn(source.consumers());
                if (reviewing) {
                    source.messages().reviewSlots(reviews % REVIEWS_OF_AN_AGE == 0);
                    ready.add(source);
                }
            }
        }
        return asked;
    }

    /** When {@link #tick} wants to be called, on the monotonic clock; {@link Long#MAX_VALUE}: never. */
    long nextMs() {
        for (Source source : shared) {
            if (source.messages().out() > 0) {
                return checkAtMs;
            }
        }
        return Long.MAX_VALUE;
    }

    private int recallWhoDoesNotGetOn(List<Consumer> consumers) {
        boolean othersCan = false;
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            consumer.noteProgress(now.monotonicMs());
            othersCan |= !isStuck(consumer) && mayTake(consumer);
        }
        int asked = 0;
        for (int i = 0; othersCan && i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            if (isStuck(consumer) && !consumer.isAway() && mayTake(consumer)) {
                consumer.recall();
                asked++;
            }
        }
        return asked;
    }

    private boolean isStuck(Consumer consumer) {
        return now.monotonicMs() - consumer.progressAtMs() >= PATIENCE_MS;
    }

    private static boolean mayTake(Consumer consumer) {
        return !consumer.isPaused()
                && !consumer.isStandby()
                && !consumer.session().isSuspended();
    }

    private boolean hasIdle(List<Consumer> consumers) {
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            if ((consumer.hasCredit() || asksOften(consumer))
                    && !consumer.isPaused()
                    && !consumer.isStandby()
                    && !consumer.session().isSuspended()
                    && !consumer.hasUnseen()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a client has no credit standing, but has just asked for a message and will perhaps ask again. */
    private boolean asksOften(Consumer consumer) {
        return consumer.drainedInVainAtMs() > now.monotonicMs() - ASKED_MS;
    }

    private int recall(List<Consumer> consumers) {
        int asked = 0;
        long nowMs = now.monotonicMs();
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            if (nowMs - consumer.deliveredAtMs() >= PATIENCE_MS
                    && nowMs >= consumer.recallAfterMs()
                    && !consumer.session().isSuspended()
                    && consumer.hasUnseen()) {
                // Asked again only if it gets something again, or in vain, when it is as late as this once more.
                consumer.deliveredAtMs(nowMs);
                consumer.recall();
                asked++;
            }
        }
        return asked;
    }
}
