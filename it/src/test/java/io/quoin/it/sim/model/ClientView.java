// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the server may remember of a client across its connections, by the client's connection id. */
final class ClientView {

    final UUID id;
    private final ServerView view;
    /** Whether it has no connection now. */
    boolean isCut;

    /** Sessions whose connection was lost and which may be resumed. */
    private final Map<Integer, SessionView> orphans = new LinkedHashMap<>();

    private final Set<String> temporaries = new LinkedHashSet<>();
    /** Whatever consumer had the number last. */
    private final Map<Integer, ConsumerView> consumers = new HashMap<>();

    ClientView(ServerView view, UUID id) {
        this.view = view;
        this.id = id;
    }

    void ownsTemporary(String queue) {
        temporaries.add(queue);
    }

    /** What becomes of the queues that die with the client. */
    void temporaries(Place.State state) {
        for (String name : temporaries) {
            Place place = view.queue(name);
            if (state == Place.State.GONE) {
                view.removed(place);
            } else {
                place.state = state;
            }
        }
    }

    void opened(ConsumerView consumer) {
        consumers.put(consumer.number, consumer);
    }

    boolean hasConsumed() {
        return !consumers.isEmpty();
    }

    Copy delivered(int consumer, long tag) {
        Copy copy = consumers.get(consumer).delivered.get(tag);
        if (copy == null) {
            throw new IllegalStateException("Consumer " + consumer + " of " + id + " was not delivered " + tag);
        }
        return copy;
    }

    /** The connection of the session is lost: what it has goes back when its grace is over, or when it is resumed. */
    void orphaned(SessionView session) {
        session.orphaned = true;
        orphans.put(session.number, session);
        for (ConsumerView consumer : session.consumers.values()) {
            for (Copy copy : consumer.out.values()) {
                copy.uncertain = true;
                if (consumer.handing.contains(copy.tag)) {
                    copy.countTo++;
                    DeadLetters.counted(copy, view);
                }
            }
        }
    }

    /** The session that the client resumes, if the server may still have it. */
    @Nullable
    SessionView resumed(int session) {
        return orphans.remove(session);
    }

    /** The sessions that were not resumed are no more: the server has said so, or the client has said goodbye. */
    void forgotten() {
        temporaries(Place.State.GONE);
        for (SessionView orphan : List.copyOf(orphans.values())) {
            dead(orphan);
        }
    }

    /** The client opens another session of that number. */
    void replaced(int session) {
        SessionView orphan = orphans.get(session);
        if (orphan != null) {
            dead(orphan);
        }
    }

    /** The session is dead: the server has said so, or what it had was delivered to another. */
    void dead(SessionView orphan) {
        orphans.remove(orphan.number, orphan);
        Sessions.ended(orphan, view);
    }

    void serverGone() {
        orphans.clear();
    }
}
