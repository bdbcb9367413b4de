// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What the applications of a test did and saw, in one total order.
 *
 * <p>Thread: shared; an event takes its place in the order when it is recorded. Record the attempt before the call and its success after it returned, so that the order of events is never
 * stronger than what really happened.
 */
public final class History {
    /** What happened to a message. */
    public enum Kind {
        /** The application is about to send it. */
        SENDING,
        /** The send returned, or the commit that covered it. */
        SENT,
        /** The application was given it. */
        RECEIVED,
        /** The acknowledgement or commit that covers it returned. */
        ACKNOWLEDGED,
        /** It was seen among the dead letters. */
        DEAD
    }

    /**
     * One event.
     *
     * @param kind what happened
     * @param producer number of the message's producer, from 0
     * @param sequence number of the message at its producer, from 0
     * @param consumer who saw it: a number that is new for every consumer object; -1 for sends
     * @param redelivered as the message said
     * @param intact whether the body had the digest that its producer had computed
     */
    public record Event(Kind kind, int producer, int sequence, int consumer, boolean redelivered, boolean intact) {}

    private final List<Event> events = new ArrayList<>();
    private final long[] counts = new long[Kind.values().length];
    private int consumers;

    /** A number for a new consumer object. */
    public synchronized int newConsumer() {
        return consumers++;
    }

    /** Records that a send is about to be tried. */
    public void sending(int producer, int sequence) {
        add(new Event(Kind.SENDING, producer, sequence, -1, false, true));
    }

    /** Records that a send was confirmed. */
    public void sent(int producer, int sequence) {
        add(new Event(Kind.SENT, producer, sequence, -1, false, true));
    }

    /** Records a delivery. */
    public void received(int consumer, int producer, int sequence, boolean redelivered, boolean intact) {
        add(new Event(Kind.RECEIVED, producer, sequence, consumer, redelivered, intact));
    }

    /** Records that an acknowledgement was confirmed. */
    public void acknowledged(int consumer, int producer, int sequence) {
        add(new Event(Kind.ACKNOWLEDGED, producer, sequence, consumer, false, true));
    }

    /** Records a message among the dead letters. */
    public void dead(int producer, int sequence, boolean intact) {
        add(new Event(Kind.DEAD, producer, sequence, -1, false, intact));
    }

    private synchronized void add(Event event) {
        events.add(event);
        counts[event.kind().ordinal()]++;
    }

    /** All events so far, in order. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** How many events of a kind there are so far. */
    public synchronized long count(Kind kind) {
        return counts[kind.ordinal()];
    }
}
