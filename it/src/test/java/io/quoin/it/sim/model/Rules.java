// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.message.MessageView;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/** The promises about what is delivered, each checked at the moment when the server writes it. */
final class Rules {

    private Rules() {}

    static void delivered(ConsumerView consumer, DeliverFrame deliver, FrameReader frame, ServerView view, Trace trace)
            throws ProtocolException {
        Sent sent = message(frame, view);
        Copy copy = copy(consumer.place, sent, view);
        String what = copy + " to " + consumer + " tag " + deliver.tag() + " count " + deliver.deliveryCount();
        trace.add("  server delivers ", what);
        checkConsumer(consumer, deliver, what);
        checkPresent(copy, consumer, what, view);
        if (!copy.place.isDeadLetters()) {
            checkTiming(sent, view.nowMs(), what);
        }
        Order.check(copy, consumer, what, view);
        checkCounts(copy, deliver, what, view);
        out(copy, consumer, deliver.tag(), view);
    }

    private static Sent message(FrameReader frame, ServerView view) throws ProtocolException {
        frame.verifyPayload();
        byte[] bytes = frame.copyPayload();
        MessageView message = new MessageView().wrap(java.nio.ByteBuffer.wrap(bytes), 0, bytes.length);
        Sent sent = view.message(new UUID(message.connectionHigh(), message.connectionLow()), message.sequence());
        if (!Arrays.equals(bytes, sent.bytes)) {
            throw new Violation(sent + " has other bytes than were sent");
        }
        return sent;
    }

    private static Copy copy(Place place, Sent sent, ServerView view) {
        Copy copy = place.isDeadLetters() ? DeadLetters.shown(place, sent) : place.bySent.get(sent);
        if (copy == null && place.isDeadLetters()) {
            view.branches().review();
            copy = DeadLetters.shown(place, sent);
        }
        if (copy == null) {
            throw new Violation(sent + " (" + sent.outcome + ", " + sent.wish + ") shows in " + place
                    + ", where it does not belong");
        }
        return copy;
    }

    private static void checkConsumer(ConsumerView consumer, DeliverFrame deliver, String what) {
        check(!consumer.closed, "to a consumer that is closed", what);
        check(!consumer.session.recovering, "between a recover and its answer, so that the client drops it", what);
        check(deliver.tag() == consumer.lastTag + 1, "after tag " + consumer.lastTag, what);
        check(
                !consumer.exclusive || consumer.place.copies.stream().noneMatch(c -> isAtAnother(c, consumer)),
                "to an exclusive consumer while another one has messages",
                what);
        check(consumer.hasCredit(), "beyond the credit of " + consumer.limitMessages + " messages", what);
    }

    private static boolean isAtAnother(Copy copy, ConsumerView consumer) {
        ConsumerView at = copy.at;
        return at != null && at != consumer && !at.session.orphaned;
    }

    /** The message is there for this consumer to have, as far as anybody can know. */
    private static void checkPresent(Copy copy, ConsumerView to, String what, ServerView view) {
        Sent sent = copy.sent;
        switch (sent.outcome) {
            case ISSUED, HELD, NEVER -> throw new Violation("Delivered " + what + " though it is " + sent.outcome);
            default -> {}
        }
        check(copy.place.state != Place.State.GONE, "from a place that is gone", what);
        check(copy.gone != Copy.Gone.YES, "though its acknowledgement was confirmed", what);
        check(copy.gone != Copy.Gone.HANDLED, "though its acknowledgement was handled", what);
        check(!copy.certainlyDead, "though it is among the dead letters", what);
        checkNotOut(copy, what, view);
        view.awaited().check(copy, to, what);
        Transaction held = copy.held;
        if (held != null) {
            Transactions.deliveredAgain(held, copy, view);
        }
    }

    private static void checkNotOut(Copy copy, String what, ServerView view) {
        ConsumerView at = copy.at;
        if (at == null) {
            return;
        }
        check(at.session.orphaned, "while " + at + " has it", what);
        at.session.openedOn.clientView().dead(at.session);
    }

    private static void checkTiming(Sent sent, long nowMs, String what) {
        check(!Timing.isExpired(sent, nowMs), "though it expired by " + sent.expiresToMs + " and it is " + nowMs, what);
        check(!Timing.isEarly(sent, nowMs), "though it is due from " + sent.dueFromMs + " and it is " + nowMs, what);
    }

    private static void checkCounts(Copy copy, DeliverFrame deliver, String what, ServerView view) {
        long count = deliver.deliveryCount();
        check(count >= 1 && deliver.isRedelivered() == count > 1, "with the flag " + deliver.isRedelivered(), what);
        check(!copy.handed || count >= 2, "unflagged after an application had it", what);
        check(count > copy.countFrom, "with too low a count, at least " + (copy.countFrom + 1), what);
        long most = copy.countTo + 1L + (copy.uncertain ? 1 : 0);
        check(count <= most, "with too high a count, at most " + most, what);
    }

    private static void out(Copy copy, ConsumerView consumer, long tag, ServerView view) {
        seen(copy, view);
        copy.deliveries++;
        copy.at = consumer;
        copy.tag = tag;
        consumer.out.put(tag, copy);
        consumer.delivered.put(tag, copy);
        consumer.lastTag = tag;
        consumer.deliveredBytes += copy.sent.bytes.length;
    }

    /** The message has shown in this place: that settles what was in doubt. */
    private static void seen(Copy copy, ServerView view) {
        copy.gone = Copy.Gone.NO;
        if (copy.place.durable) {
            // What waits for nobody who survives need not be on the disk.
            view.stored(copy.sent);
        }
        DeadLetters.neverMoved(copy);
        Copy origin = copy.origin;
        if (origin != null) {
            origin.certainlyDead = true;
            if (origin.gone != Copy.Gone.YES) {
                view.gone(origin);
            }
        }
    }

    static void browsed(Place place, FrameReader frame, ServerView view) throws ProtocolException {
        Sent sent = message(frame, view);
        Copy copy = copy(place, sent, view);
        String what = copy + " to a browser";
        checkVisible(copy, what);
        checkTiming(sent, view.nowMs(), what);
        if (copy.gone == Copy.Gone.IN_DOUBT) {
            copy.gone = Copy.Gone.NO;
        }
        view.stored(sent);
    }

    private static void checkVisible(Copy copy, String what) {
        switch (copy.sent.outcome) {
            case ISSUED, HELD, NEVER -> throw new Violation("Delivered " + what + " though it is " + copy.sent.outcome);
            default -> {}
        }
        check(copy.gone != Copy.Gone.YES, "though its acknowledgement was confirmed", what);
        check(copy.gone != Copy.Gone.HANDLED, "though its acknowledgement was handled", what);
    }

    /** DRAIN was answered: what was there when it was asked has come. */
    static void drained(ConsumerView consumer, long told, long asked, ServerView view) {
        if (told != consumer.lastTag) {
            throw new Violation(
                    consumer + " was told that it was drained up to " + told + " and has " + consumer.lastTag);
        }
        if (!consumer.hasCredit() || view.isHindered() || view.awaited().isGoingOn()) {
            return;
        }
        for (Copy copy : consumer.place.copies) {
            if (copy.sent.storedAt < asked
                    && copy.backAt < asked
                    && hasArrived(copy)
                    && isDeliverable(copy, consumer, view)) {
                throw new Violation(consumer + " was told that there is nothing, and " + copy + " waits");
            }
        }
    }

    /** Of a large transaction some messages join later than others, which show already. */
    private static boolean hasArrived(Copy copy) {
        Transaction transaction = copy.sent.transaction;
        return transaction == null || transaction.hasArrived;
    }

    /** Whether the server must deliver the message to the consumer, which has credit. */
    static boolean isDeliverable(Copy copy, ConsumerView consumer, ServerView view) {
        return copy.isOwed()
                && !copy.isOut()
                && copy.held == null
                && consumer.selection.matches(copy.sent.wish)
                && !Timing.mayHaveExpired(copy.sent, view.nowMs())
                && Timing.isCertainlyDue(copy.sent, view.nowMs())
                && !Order.mayBeHeld(copy, consumer)
                && !consumer.mayHaveToWait();
    }

    private static void check(boolean holds, String otherwise, String what) {
        if (!holds) {
            throw new Violation("Delivered " + Objects.requireNonNull(what) + " " + otherwise);
        }
    }
}
