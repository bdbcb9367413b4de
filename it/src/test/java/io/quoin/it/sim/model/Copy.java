// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One message in one place. */
public final class Copy {

    /** Whether the message has left the place for good. */
    enum Gone {
        NO,
        /** Its acknowledgement was handled by the server that runs now: it is gone, unless that server dies first. */
        HANDLED,
        /** Its acknowledgement was handled and the server died before it promised so: gone or not. */
        IN_DOUBT,
        /** The server has promised that it is gone. */
        YES
    }

    final Sent sent;
    final Place place;
    /** Whether the place certainly took the message; if not, it may have. */
    boolean certain;
    /** Its place in the order of arrival, if that is known; otherwise -1. */
    long arrival = -1;
    /** A large transaction takes effect between its commit and the answer: its messages have arrived by then at the latest. */
    long arrivedBy = -1;

    Gone gone = Gone.NO;
    /** Acknowledged in this transaction, which is open or on its way. */
    @Nullable
    Transaction held;
    /** The consumer that has acknowledged it in a branch. */
    @Nullable
    ConsumerView heldBy;
    /** The consumer that has it, as far as the server knows. */
    @Nullable
    ConsumerView at;

    long tag;
    /** When it came back from a consumer last, in events of the model. */
    long backAt;
    /** How often the server has delivered it. */
    int deliveries;
    /** Whether an application has been given it. */
    boolean handed;
    /** The consumer whose application has it in hand. */
    @Nullable
    ConsumerView inHandOf;
    /** The client that had it in hand when the server died, and may come back with it. */
    @Nullable
    UUID awaited;
    /** How many deliveries count against {@code maxDeliveries}, at least and at most. */
    int countFrom;

    int countTo;
    /** Whether it may be shown with one delivery more than counts, since a client or the server was lost. */
    boolean uncertain;
    /** Where it goes, or may have gone, as a dead letter. */
    @Nullable
    Copy dead;
    /** Whether it goes there for certain. */
    boolean certainlyDead;
    /** The copy that this one comes from, if this is a dead letter. */
    final @Nullable Copy origin;

    Copy(Sent sent, Place place, boolean certain, @Nullable Copy origin) {
        this.sent = sent;
        this.place = place;
        this.certain = certain;
        this.origin = origin;
    }

    boolean isOut() {
        return at != null;
    }

    /** Whether the server must be able to show it, were it not out. */
    boolean isOwed() {
        return certain
                && gone == Gone.NO
                && dead == null
                && place.state == Place.State.ACTIVE
                && sent.outcome == Sent.Outcome.STORED
                && (origin == null || origin.gone == Gone.YES || origin.certainlyDead);
    }

    @Override
    public String toString() {
        return sent + " in " + place;
    }
}
