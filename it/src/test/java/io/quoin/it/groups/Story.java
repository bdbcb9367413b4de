// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A history that is made up, event by event; a millisecond passes before each. */
final class Story {
    private static final int SESSION_TIMEOUT_MS = 2_000;

    private final List<Event> events = new ArrayList<>();
    private long nowNs;

    Story pause(long ms) {
        nowNs += TimeUnit.MILLISECONDS.toNanos(ms);
        return this;
    }

    private Story add(Kind kind, int consumer, MessageId message, int number, int flags) {
        pause(1);
        events.add(new Event(nowNs, kind, consumer, message, number, flags));
        return this;
    }

    /** Sends and confirms a persistent message. */
    Story sent(MessageId id) {
        return add(Kind.SENDING, -1, id, 0, Event.PERSISTENT).add(Kind.SENT, -1, id, 0, 0);
    }

    Story sending(MessageId id) {
        return add(Kind.SENDING, -1, id, 0, Event.PERSISTENT);
    }

    Story sentVolatile(MessageId id) {
        return add(Kind.SENDING, -1, id, 0, 0).add(Kind.SENT, -1, id, 0, 0);
    }

    Story aborted(MessageId id) {
        return sending(id).add(Kind.ABORTED, -1, id, 0, 0);
    }

    Story opened(int consumer) {
        return add(Kind.OPENED, consumer, null, SESSION_TIMEOUT_MS, 0);
    }

    Story openedTransacted(int consumer) {
        return add(Kind.OPENED, consumer, null, SESSION_TIMEOUT_MS, Event.TRANSACTED);
    }

    /** A first delivery that says that it is the first of its group. */
    Story delivered(int consumer, MessageId id) {
        return add(Kind.DELIVERED, consumer, id, 1, Event.GROUP_FIRST);
    }

    Story deliveredAgain(int consumer, MessageId id) {
        return add(Kind.DELIVERED, consumer, id, 2, Event.GROUP_FIRST | Event.REDELIVERED);
    }

    Story delivered(int consumer, MessageId id, int count, int flags) {
        return add(Kind.DELIVERED, consumer, id, count, flags);
    }

    /** An acknowledgement or commit of all in hand. */
    Story accepted(int consumer) {
        return happens(Kind.ACCEPTING, consumer).happens(Kind.ACCEPTED, consumer);
    }

    /** An acknowledgement of one message alone. */
    Story acceptedOne(int consumer, MessageId id) {
        return add(Kind.ACCEPTING, consumer, id, 0, 0).happens(Kind.ACCEPTED, consumer);
    }

    Story refused(int consumer) {
        return happens(Kind.ACCEPTING, consumer).happens(Kind.REFUSED, consumer);
    }

    Story finished(int consumer, MessageId id) {
        return add(Kind.FINISHED, consumer, id, 0, 0);
    }

    Story happens(Kind kind, int consumer) {
        return add(kind, consumer, null, 0, 0);
    }

    Story stalled(int consumer, int ms) {
        pause(ms);
        return add(Kind.STALLED, consumer, null, ms, 0);
    }

    List<Event> events() {
        return List.copyOf(events);
    }
}
