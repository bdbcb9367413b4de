// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.socket.Ticker;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.AckOutcome;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The automatic acknowledgements of a session: gathered into ranges, told when the session has no further message in hand,
 * after 64 messages or after a millisecond, and kept until the server has confirmed them as durable.
 *
 * <p>Thread: everything under the lock of the {@link Inbox}; writing a frame with {@link Flush#SOON} does not block.
 */
final class Acknowledgements {

    private static final Logger LOG = System.getLogger(Acknowledgements.class.getName());

    private static final long MAX_UNTOLD_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Inbox inbox;
    private final Channel channel;
    private final int session;
    private final boolean durable;
    private final long timeoutMs;
    private final Set<Confirmation> unconfirmed = new LinkedHashSet<>();
    /** Those that came up after {@link #repeat}, before everything flows. */
    private final List<Confirmation> postponed = new ArrayList<>();

    /** Consumers with messages that were consumed and not told: of very many that a session may have, as a rule a few. */
    private final Set<Prefetch> owing = new LinkedHashSet<>();

    private int untold;
    private long oldestUntoldNs;
    private boolean timerRuns;

    /**
     * None so far.
     *
     * @param durable whether each is waited for
     * @param timeoutMs how long at most
     */
    Acknowledgements(Inbox inbox, Channel channel, int session, boolean durable, long timeoutMs) {
        this.inbox = inbox;
        this.channel = channel;
        this.session = session;
        this.durable = durable;
        this.timeoutMs = timeoutMs;
    }

    /** What the server has been told and has not confirmed; repeated if the link is lost meanwhile. */
    private final class Confirmation extends Reply {

        private final Prefetch prefetch;
        private final AckRanges ranges;
        private final AckOutcome outcome;
        private final int flags;
        private final @Nullable Runnable then;

        Confirmation(Prefetch prefetch, AckRanges ranges, AckOutcome outcome, int flags, @Nullable Runnable then) {
            this.prefetch = prefetch;
            this.ranges = ranges;
            this.outcome = outcome;
            this.flags = flags;
            this.then = then;
        }

        void write(Flush how) throws JMSException {
            channel.acknowledge(
                    session, prefetch.consumer(), prefetch.tellHandedOut(), outcome, flags, ranges, this, how);
        }

        @Override
        protected void onSettled(@Nullable JMSException failure) {
            if (failure instanceof LinkLostException) {
                return;
            }
            inbox.locked(() -> {
                unconfirmed.remove(this);
                prefetch.held().remove(ranges);
                if (prefetch.isClosed()) {
                    inbox.sweep();
                }
                if (then != null) {
                    then.run();
                }
                inbox.signalProgress();
            });
            if (failure != null) {
                LOG.log(
                        Level.WARNING,
                        "Deliveries " + ranges + " of consumer " + prefetch.consumer()
                                + " could not be acknowledged and come again: " + failure.getMessage());
            }
        }
    }

    /** Several messages have been consumed, which one acknowledgement tells; it is waited for where that is wanted. */
    void consumed(Prefetch prefetch, AckRanges ranges) {
        flush(Flush.LATER);
        tell(prefetch, ranges, AckOutcome.CONSUMED, Flush.SOON);
        afterListener();
    }

    /** A message has been consumed. One that was named is not in anybody's hand any more, which the server hears at once. */
    void consumed(Prefetch prefetch, Delivery delivery) {
        if (prefetch.isClosed()) {
            inbox.keep(prefetch);
        }
        prefetch.consumed().add(delivery.tag());
        owing.add(prefetch);
        long nowNs = System.nanoTime();
        if (untold == 0) {
            oldestUntoldNs = nowNs;
        }
        untold++;
        if (prefetch.permits().isTold(untold, nowNs - oldestUntoldNs)
                || delivery.redelivered()
                || nowNs - oldestUntoldNs >= MAX_UNTOLD_NS) {
            flush(Flush.SOON);
        }
    }

    /**
     * A receive is about to return; or waits, where that is wanted, until the server has confirmed what was consumed.
     *
     * @param lastInHand whether the session has no further message in hand
     * @return whether {@link #write} is to be called, without the lock
     */
    boolean afterReceive(boolean lastInHand) {
        if (durable) {
            flush(Flush.SOON);
            awaitConfirmed();
            return false;
        }
        if (lastInHand) {
            return gather();
        }
        startTimer();
        return false;
    }

    /** Puts together what the server has not been told; returns whether {@link #write} is to be called, without the lock. */
    boolean gather() {
        boolean any = isUntold();
        flush(Flush.LATER);
        return any;
    }

    /** Tells the server what {@link #gather} has put together. The thread has nothing else to do, and no lock. */
    void write() {
        try {
            channel.flush();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Not acknowledged now, because the link is lost: " + e.getMessage());
        }
    }

    /** A listener has returned. */
    void afterListener() {
        if (durable) {
            flush(Flush.SOON);
            awaitConfirmed();
        }
    }

    /**
     * Waits until the server has confirmed everything that it was told, or the connection is lost.
     *
     * @return false if it has not within the request time-out
     */
    boolean awaitConfirmed() {
        return inbox.awaitWhile(() -> isOwing() && inbox.lost() == null, timeoutMs);
    }

    /** The same, for no longer than the link lasts; false if something is not confirmed. */
    boolean awaitConfirmedOnLink() {
        inbox.awaitWhile(() -> isOwing() && inbox.lost() == null && !inbox.isSuspended(), timeoutMs);
        return !isOwing();
    }

    /** Whether something was consumed that the server has not been told. */
    boolean isUntold() {
        return untold > 0 && !inbox.isSuspended();
    }

    private boolean isOwing() {
        return untold > 0 || !unconfirmed.isEmpty();
    }

    /** Whatever takes long may follow: nothing that was consumed may stay untold for more than a millisecond. */
    void startTimer() {
        if (untold > 0 && !timerRuns) {
            timerRuns = true;
            Ticker.after(MAX_UNTOLD_NS, this::onTimer);
        }
    }

    private void onTimer() {
        inbox.locked(() -> {
            timerRuns = false;
            flush(Flush.SOON);
        });
    }

    /** Tells the server of everything that was consumed. Of a lost connection nobody needs to be told here. */
    void flush(Flush how) {
        if (untold == 0 || inbox.isSuspended()) {
            return;
        }
        untold = 0;
        boolean anyClosed = false;
        for (Prefetch prefetch : owing) {
            anyClosed |= prefetch.isClosed();
            if (!prefetch.consumed().isEmpty()) {
                tell(prefetch, prefetch.takeConsumed(), AckOutcome.CONSUMED, how);
            }
        }
        owing.clear();
        if (anyClosed) {
            inbox.sweep();
        }
    }

    /** Tells the server of deliveries, to be confirmed some time later, on a later link if need be. */
    void tell(Prefetch prefetch, AckRanges ranges, AckOutcome outcome, Flush how) {
        tell(prefetch, ranges, outcome, 0, how, null);
    }

    /**
     * The same.
     *
     * @param flags of the frame
     * @param then is called when the server has answered, by the reader before it reads on, with the lock held
     */
    void tell(Prefetch prefetch, AckRanges ranges, AckOutcome outcome, int flags, Flush how, @Nullable Runnable then) {
        Confirmation confirmation = new Confirmation(prefetch, ranges, outcome, flags, then);
        unconfirmed.add(confirmation);
        if (inbox.isSuspended()) {
            postponed.add(confirmation);
            return;
        }
        write(confirmation, how);
    }

    private static void write(Confirmation confirmation, Flush how) {
        try {
            confirmation.write(how);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Not acknowledged now, because the link is lost: " + e.getMessage());
        }
    }

    /** On a new link that knows the consumers: tells the server once more what it has not confirmed, and what it was not told. */
    void repeat() throws JMSException {
        inbox.lock().lock();
        try {
            postponed.clear();
            for (Confirmation confirmation : List.copyOf(unconfirmed)) {
                confirmation.renew();
                confirmation.write(Flush.LATER);
            }
            for (Prefetch prefetch : inbox.prefetches()) {
                if (!prefetch.consumed().isEmpty()) {
                    Confirmation confirmation =
                            new Confirmation(prefetch, prefetch.takeConsumed(), AckOutcome.CONSUMED, 0, null);
                    unconfirmed.add(confirmation);
                    confirmation.write(Flush.LATER);
                }
            }
            untold = 0;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Tells the server what has come up while the rest of the connection was put together. */
    void flow() {
        postponed.forEach(confirmation -> write(confirmation, Flush.SOON));
        postponed.clear();
        flush(Flush.SOON);
    }

    /** Everything is to be delivered again but what was acknowledged. */
    void retainHeld(Prefetch prefetch) {
        List<AckRanges> acknowledged = new ArrayList<>();
        for (Confirmation confirmation : unconfirmed) {
            if (confirmation.prefetch == prefetch) {
                acknowledged.add(confirmation.ranges);
            }
        }
        acknowledged.add(prefetch.consumed());
        prefetch.held().retain(acknowledged);
    }

    /** Decides a single delivery without further ado. */
    void tell(Prefetch prefetch, long tag, AckOutcome outcome) {
        AckRanges one = new AckRanges();
        one.add(tag);
        tell(prefetch, one, outcome, Flush.SOON);
    }

    /** Forgets what was consumed and not told: it goes back. */
    void forget() {
        untold = 0;
    }
}
