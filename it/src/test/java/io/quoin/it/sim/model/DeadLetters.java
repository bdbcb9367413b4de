// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import org.jspecify.annotations.Nullable;

/** When a message goes to the dead letters, and which one it is that shows there. */
final class DeadLetters {

    private DeadLetters() {}

    /** A delivery of the message has counted: that may have been the last one it had. */
    static void counted(Copy copy, ServerView view) {
        int max = copy.place.maxDeliveries;
        if (max > 0 && copy.countTo >= max) {
            moved(copy, copy.countFrom >= max, view);
        }
    }

    /** A delivery of the message may have counted. */
    static void mayBeCounted(Copy copy, ServerView view) {
        int max = copy.place.maxDeliveries;
        if (max > 0 && copy.countTo + 1 >= max) {
            moved(copy, false, view);
        }
    }

    /** The message goes to the dead letters, or may. */
    static void moved(Copy copy, boolean certain, ServerView view) {
        copy.certainlyDead |= certain;
        if (copy.dead == null) {
            Place queue = view.queue(copy.place.deadLetters(copy.sent));
            copy.dead = new Copy(copy.sent, queue, copy.certain && isKept(copy.place), copy);
            view.add(copy.dead);
        }
    }

    /** Dead letters of temporary queues go nowhere, nor do those of a subscription that has ended. */
    private static boolean isKept(Place place) {
        return place.durable || (place.topic != null && place.state == Place.State.ACTIVE);
    }

    /** The message was where it came from: it is not among the dead letters. */
    static void neverMoved(Copy copy) {
        Copy dead = copy.dead;
        if (dead != null) {
            copy.dead = null;
            dead.gone = Copy.Gone.YES;
            dead.place.copies.remove(dead);
        }
    }

    /** The copy of the message that a consumer or browser of a queue of dead letters is shown. */
    static @Nullable Copy shown(Place queue, Sent sent) {
        Copy out = null;
        for (Copy copy : sent.copies) {
            if (copy.place == queue && copy.gone != Copy.Gone.YES) {
                if (!copy.isOut()) {
                    return copy;
                }
                out = copy;
            }
        }
        return out;
    }
}
