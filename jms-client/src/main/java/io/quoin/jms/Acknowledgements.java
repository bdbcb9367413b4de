// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.socket.Ticker;
import io.quoin.protocol.AckOutcome;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
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

    private static final int MAX_UNTOLD = 64;
    private static final long MAX_UNTOLD_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Inbox inbox;
    private final Channel channel;
    private final int session;
    private final boolean durable;
    private final long timeoutMs;
    private final Set<Confirmation> unconfirmed = new LinkedHashSet<>();
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

    /** What the server has been told and has not confirmed; repeated if the connection is lost meanwhile. */
    private final class Confirmation extends Reply {

        private final int consumer;
        private final AckRanges ranges;

        Confirmation(int consumer, AckRanges ranges) {
            this.consumer = consumer;
            this.ranges = ranges;
        }

        @Override
        protected void onSettled(@Nullable JMSException failure) {
            inbox.locked(() -> {
                unconfirmed.remove(this);
                inbox.signal();
            });
            if (failure != null) {
                LOG.log(
                        Level.WARNING,
                        "Deliveries " + ranges + " of consumer " + consumer
                                + " could not be acknowledged and come again: " + failure.getMessage());
            }
        }
    }

    /** A message has been consumed. */
    void consumed(Prefetch prefetch, long tag) {
        if (prefetch.isClosed()) {
            inbox.keep(prefetch);
        }
        prefetch.consumed().add(tag);
        long nowNs = System.nanoTime();
        if (untold == 0) {
            oldestUntoldNs = nowNs;
        }
        untold++;
        if (untold >= MAX_UNTOLD || nowNs - oldestUntoldNs >= MAX_UNTOLD_NS) {
            flush(Flush.SOON);
        }
    }

    /**
     * A receive is about to return; or waits, where that is wanted, until the server has confirmed what was consumed.
     *
     * @param lastInHand whether the session has no further message in hand
     */
    void afterReceive(boolean lastInHand) {
        if (durable) {
            flush(Flush.SOON);
            awaitConfirmed();
        } else if (lastInHand) {
            flush(Flush.SOON);
        } else {
            startTimer();
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
        return inbox.awaitWhile(() -> !unconfirmed.isEmpty() && inbox.lost() == null, timeoutMs);
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
        if (untold == 0) {
            return;
        }
        untold = 0;
        for (Prefetch prefetch : inbox.prefetches()) {
            if (!prefetch.consumed().isEmpty()) {
                tell(prefetch, prefetch.takeConsumed(), AckOutcome.CONSUMED, how);
            }
        }
        inbox.sweep();
    }

    /** Tells the server of deliveries, to be confirmed some time later. */
    void tell(Prefetch prefetch, AckRanges ranges, AckOutcome outcome, Flush how) {
        Confirmation confirmation = new Confirmation(prefetch.consumer(), ranges);
        unconfirmed.add(confirmation);
        try {
            channel.acknowledge(
                    session, prefetch.consumer(), prefetch.tellHandedOut(), outcome, false, ranges, confirmation, how);
        } catch (JMSException e) {
            unconfirmed.remove(confirmation);
            LOG.log(Level.DEBUG, "Not acknowledged, because the connection is lost: " + e.getMessage());
        }
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
