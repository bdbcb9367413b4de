// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a message is, as far as the history has been read. */
final class MessageTrack {
    /** Its states. */
    enum State {
        /** With the server: never delivered, or back. */
        WAITING,
        /** A consumer has it in hand. */
        HELD,
        /** The call that accepts it is under way, or failed with an unknown outcome. */
        UNDECIDED,
        /** Its listener returned, in a session that acknowledges by itself. */
        FINISHED,
        /** Accepted. */
        ACCEPTED
    }

    final MessageId id;
    /** What concerns it, in order: the excerpt, should a promise be broken. */
    final List<Event> trail = new ArrayList<>(4);

    State state = State.WAITING;
    boolean sending;
    boolean sent;
    boolean aborted;
    boolean persistent;
    /** A later one of its producer and group was delivered when it was thought never to have arrived. */
    boolean skipped;

    /** It was accepted before it came again. */
    boolean done;

    int deliveries;
    /** Its last delivery. */
    @Nullable
    Holding holding;
    /** When its listener returned. */
    long finishedNs;

    MessageTrack(MessageId id) {
        this.id = id;
    }

    /** A delivery: a message in the hands of a consumer, until the end of the interval in which it works on it. */
    static final class Holding {
        final MessageTrack message;
        final ConsumerTrack consumer;
        final long sinceNs;
        boolean open = true;

        Holding(MessageTrack message, ConsumerTrack consumer, long sinceNs) {
            this.message = message;
            this.consumer = consumer;
            this.sinceNs = sinceNs;
        }
    }
}
