// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.ArrayList;
import java.util.List;

/** What must hold when nothing is on its way and the server has nothing to do, and what must hold in the end. */
public final class Quiet {

    private Quiet() {}

    /** Everything that waits though nothing stands in its way. */
    public static List<String> stalls(ServerView view) {
        List<String> stalls = new ArrayList<>();
        view.connections().forEach(c -> stalls.addAll(c.unanswered()));
        for (Place place : view.places()) {
            if (place.state == Place.State.ACTIVE && !view.awaited().isGoingOn()) {
                for (ConsumerView consumer : place.consumers) {
                    if (isReady(consumer)) {
                        addWaiting(place, consumer, view, stalls);
                    }
                }
            }
        }
        return stalls;
    }

    private static boolean isReady(ConsumerView consumer) {
        return consumer.open
                && !consumer.closing
                && !consumer.closed
                && !consumer.session.orphaned
                && !consumer.session.recovering
                && consumer.hasCredit();
    }

    private static void addWaiting(Place place, ConsumerView consumer, ServerView view, List<String> stalls) {
        for (Copy copy : place.copies) {
            if (Rules.isDeliverable(copy, consumer, view)) {
                stalls.add(copy + " waits though " + consumer + " has credit for "
                        + (consumer.limitMessages - consumer.lastTag));
            }
        }
    }

    /** Everything that was promised and has never come, after all places have been drained. */
    public static List<String> lost(ServerView view) {
        List<String> lost = new ArrayList<>();
        for (Sent sent : view.messages()) {
            for (Copy copy : sent.copies) {
                if (isLost(copy, view)) {
                    lost.add(copy + " was promised and has not come; delivered " + copy.deliveries + " times, "
                            + sent.wish + (copy.isOut() ? ", out at " + copy.at : ""));
                }
            }
        }
        return lost;
    }

    private static boolean isLost(Copy copy, ServerView view) {
        return copy.certain
                && copy.gone == Copy.Gone.NO
                && !copy.certainlyDead
                && copy.sent.outcome == Sent.Outcome.STORED
                && copy.place.state == Place.State.ACTIVE
                && !(copy.origin != null && copy.origin.gone != Copy.Gone.YES)
                && !Timing.mayHaveExpired(copy.sent, view.nowMs());
    }

    /** How many messages a queue has at least, waiting and out. */
    public static int least(ServerView view, String queue) {
        int count = 0;
        for (Copy copy : view.queue(queue).copies) {
            if (copy.isOwed() && !Timing.mayHaveExpired(copy.sent, view.nowMs())) {
                count++;
            }
        }
        return count;
    }

    /** How many messages a queue has at most, waiting and out. */
    public static int most(ServerView view, String queue) {
        int count = 0;
        for (Copy copy : view.queue(queue).copies) {
            if (copy.gone != Copy.Gone.YES
                    && copy.gone != Copy.Gone.HANDLED
                    && copy.sent.outcome != Sent.Outcome.NEVER
                    && !copy.certainlyDead) {
                count++;
            }
        }
        return count;
    }
}
