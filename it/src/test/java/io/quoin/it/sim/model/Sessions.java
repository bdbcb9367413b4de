// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.codec.Handed;
import java.util.List;

/** How what a session has goes back to its places. */
final class Sessions {

    private Sessions() {}

    /** Takes the client's word on how far each consumer has got. */
    static void handed(SessionView session, List<Handed> handed) {
        for (Handed one : handed) {
            ConsumerView consumer = session.consumers.get(one.consumer());
            if (consumer != null) {
                consumer.handedOut(one.handedOut());
            }
        }
    }

    /** Recover, rollback and close: everything goes back, and what was handed out counts. */
    static void putBack(SessionView session, ServerView view) {
        for (ConsumerView consumer : session.consumers.values()) {
            for (Copy copy : List.copyOf(consumer.out.values())) {
                if (copy.tag <= consumer.handedOut) {
                    view.backCounted(copy);
                } else {
                    view.back(copy);
                }
            }
        }
    }

    /** Rolls the open transaction back and begins the next. */
    static void rollBack(SessionView session, ServerView view) {
        Transactions.rolledBack(session.transaction, true, view);
        session.transaction = new Transaction(session.openedOn.id());
    }

    /** Orderly: counts what was handed out. */
    static void close(SessionView session, ServerView view) {
        rollBack(session, view);
        view.branches().closed(session);
        putBack(session, view);
        session.consumers.values().forEach(consumer -> consumer.closing = true);
    }

    /** Without an orderly end: nothing counts but what the client was handing out. */
    static void ended(SessionView session, ServerView view) {
        Transactions.rolledBack(session.transaction, false, view);
        session.transaction = new Transaction(session.openedOn.id());
        view.branches().lost(session);
        for (ConsumerView consumer : session.consumers.values()) {
            for (Copy copy : List.copyOf(consumer.out.values())) {
                view.back(copy);
            }
            closed(consumer, view);
        }
    }

    /** The consumer is no more; a non-durable subscription ends with its last. */
    static void closed(ConsumerView consumer, ServerView view) {
        consumer.closed = true;
        Place place = consumer.place;
        place.consumers.remove(consumer);
        if (place.topic != null && !place.durable && place.consumers.isEmpty()) {
            view.removed(place);
        }
    }
}
