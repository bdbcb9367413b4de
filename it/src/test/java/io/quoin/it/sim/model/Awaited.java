// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Clients that consumed when the server died: until they have come back and said what they hold, or their time is over, nobody
 * else is given what their applications had in hand, nor what follows it in its group.
 */
final class Awaited {

    private final ServerView view;
    private final Set<UUID> clients = new LinkedHashSet<>();
    private long untilMs;
    private boolean settled = true;

    Awaited(ServerView view) {
        this.view = view;
    }

    /** The server has died without a word; comes before what is out goes back. */
    void killed(Set<UUID> consumed, Iterable<Place> places) {
        boolean over = view.nowMs() >= untilMs - ServerView.TOLERANCE_MS;
        clients.addAll(consumed);
        for (Place place : places) {
            for (Copy copy : place.copies) {
                ConsumerView at = copy.at;
                if (at != null && at == copy.inHandOf && !at.session.orphaned && isKept(copy)) {
                    copy.awaited = at.session.openedOn.id();
                } else if (over) {
                    copy.awaited = null;
                }
            }
        }
    }

    private static boolean isKept(Copy copy) {
        return copy.place.durable
                && copy.place.state == Place.State.ACTIVE
                && copy.certain
                && copy.sent.survives()
                && copy.sent.outcome == Sent.Outcome.STORED;
    }

    /** The server has stopped in an orderly way, after which nobody is awaited. */
    void stopped(Iterable<Place> places) {
        clients.clear();
        places.forEach(place -> place.copies.forEach(copy -> copy.awaited = null));
    }

    /** The server has started, and waits for so long; 0 for not at all. */
    void started(long graceMs) {
        untilMs = view.nowMs() + graceMs;
        settled &= clients.isEmpty() || graceMs == 0;
        if (graceMs == 0) {
            clients.clear();
        }
    }

    /** The client has said what it holds, or that it is gone. */
    void returned(UUID client, Iterable<Place> places) {
        clients.remove(client);
        for (Place place : places) {
            for (Copy copy : place.copies) {
                if (client.equals(copy.awaited)) {
                    copy.awaited = null;
                }
            }
        }
    }

    /** Whether something may be kept from everybody for the sake of somebody who may come back. */
    boolean isGoingOn() {
        return !clients.isEmpty() && view.nowMs() < untilMs + ServerView.TOLERANCE_MS;
    }

    /** Everything is at rest: what was kept for somebody is back in its place if nobody is awaited any more. */
    void atRest() {
        settled |= !isGoingOn();
    }

    /** Whether earlier messages may be kept, or be on their way back, while later ones go out. */
    boolean mayKeepBack() {
        return !settled;
    }

    /** The message goes to a consumer: nobody who is awaited may have it, or an earlier one of its group, in hand. */
    void check(Copy copy, ConsumerView to, String what) {
        if (view.nowMs() < untilMs - ServerView.TOLERANCE_MS) {
            checkNotInHand(copy, to, what);
            String group = copy.sent.wish.group();
            if (group != null) {
                copy.place.copies.stream()
                        .filter(other -> group.equals(other.sent.wish.group()))
                        .forEach(other -> checkNotInHand(other, to, what));
            }
        }
        copy.awaited = null;
    }

    private static void checkNotInHand(Copy copy, ConsumerView to, String what) {
        if (copy.awaited != null && !copy.awaited.equals(to.session.openedOn.id())) {
            throw new Violation(
                    "Delivered " + what + " while " + copy + " is in the hands of a client that may come back");
        }
    }
}
