// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.Acknowledger;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What connection consumers have loaded into a session, and its distinguished message listener (Messaging 3.1 §11.2,
 * {@code Session.run}).
 *
 * <p>A loan is {@code loaded} until the listener gets it, then {@code undecided} until it is acknowledged, committed or
 * given back. Only its own loans come back when a session recovers or rolls back.
 *
 * <p>Thread: {@link #run} is called by one at a time; state is under the lock of the session's {@link Inbox}. A lender's lock
 * may be taken while that one is held, never the other way round.
 */
final class LoadedMessages {

    private static final Logger LOG = System.getLogger(LoadedMessages.class.getName());

    private final Inbox inbox;
    private final int session;
    private final BooleanSupplier automatic;
    private final Acknowledger acknowledger;
    private final MessageDecoder decoder = new MessageDecoder();

    // Under the inbox's lock.
    private final ArrayDeque<Loan> loaded = new ArrayDeque<>();
    private final List<Loan> undecided = new ArrayList<>();
    private @Nullable MessageListener listener;

    /** Set under the lock. */
    private volatile @Nullable Thread runner;

    /**
     * None.
     *
     * @param session into which they are loaded
     * @param automatic whether what the listener has had is acknowledged by its return
     */
    LoadedMessages(Inbox inbox, int session, BooleanSupplier automatic, Acknowledger acknowledger) {
        this.inbox = inbox;
        this.session = session;
        this.automatic = automatic;
        this.acknowledger = acknowledger;
    }

    @Nullable
    MessageListener listener() {
        inbox.lock().lock();
        try {
            return listener;
        } finally {
            inbox.lock().unlock();
        }
    }

    void listener(@Nullable MessageListener to) {
        inbox.locked(() -> listener = to);
    }

    /** Whether the caller is what {@link #run} has called. */
    boolean isCurrentThread() {
        return Thread.currentThread() == runner;
    }

    /**
     * Takes loans for the next {@link #run}.
     *
     * @throws JMSException if the session is closed or has no listener
     */
    void load(List<Loan> loans) throws JMSException {
        inbox.lock().lock();
        try {
            if (inbox.isClosed()) {
                throw JmsErrors.of(
                        ErrorCode.OBJECT_CLOSED, "The server session pool has given a session that is closed");
            }
            if (listener == null) {
                throw JmsErrors.of(
                        ErrorCode.BAD_ARGUMENT,
                        "The server session pool has given a session without a message listener");
            }
            loaded.addAll(loans);
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Whether something waits for {@link #run}. */
    boolean isAny() {
        return inbox.ask(() -> !loaded.isEmpty());
    }

    /** Takes back what was loaded and is not begun. */
    List<Loan> unload() {
        inbox.lock().lock();
        try {
            List<Loan> rest = List.copyOf(loaded);
            loaded.clear();
            return rest;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Gives what is loaded to the listener; what cannot be given, because the session is stopped or closed, goes back. */
    void run() {
        begin();
        try {
            for (Loan loan = next(); loan != null; loan = next()) {
                try {
                    deliver(loan);
                } finally {
                    inbox.locked(inbox::release);
                }
            }
        } finally {
            inbox.locked(() -> runner = null);
            putBack(unload());
        }
    }

    private void begin() {
        inbox.locked(() -> {
            if (runner != null) {
                throw new IllegalStateRuntimeException("Session.run was called by "
                        + Thread.currentThread().getName() + " while " + runner.getName() + " runs it");
            }
            runner = Thread.currentThread();
        });
    }

    /** The next loan, which is in hand until the inbox releases it. */
    private @Nullable Loan next() {
        inbox.lock().lock();
        try {
            Loan loan = inbox.isFlowing() && listener != null ? loaded.poll() : null;
            if (loan != null) {
                inbox.begin();
                undecided.add(loan);
            }
            return loan;
        } finally {
            inbox.lock().unlock();
        }
    }

    private void deliver(Loan loan) {
        Lender lender = loan.lender();
        if (loan.delivery().isExpired()) {
            drop(loan);
            lender.consumed(loan);
            return;
        }
        QuoinMessage message;
        try {
            message = lender.open(decoder, loan, session, acknowledger);
        } catch (JMSException e) {
            drop(loan);
            lender.reject(loan, e);
            return;
        }
        MessageListener to = listener();
        boolean failed = false;
        try {
            if (to != null) {
                to.onMessage(message);
            }
        } catch (NotDeliveredException e) {
            LOG.log(Level.DEBUG, "A message was not delivered: " + e.getMessage());
            if (drop(loan)) {
                lender.handBack(List.of(loan));
            }
            return;
        } catch (RuntimeException | Error e) {
            LOG.log(
                    Level.WARNING,
                    "The message listener of a connection consumer's session has thrown an exception",
                    e);
            failed = true;
        }
        if (automatic.getAsBoolean()) {
            settle(loan, failed || to == null);
        }
    }

    /** In an automatic mode the listener's return decides, unless it has recovered the session. */
    private void settle(Loan loan, boolean failed) {
        if (failed) {
            giveBack(List.of(loan));
        } else if (drop(loan)) {
            loan.lender().consumed(loan);
        }
    }

    private boolean drop(Loan loan) {
        inbox.lock().lock();
        try {
            return undecided.remove(loan);
        } finally {
            inbox.lock().unlock();
        }
    }

    /** What was handed out and not decided, which the caller now decides. */
    List<Loan> takeUndecided() {
        inbox.lock().lock();
        try {
            List<Loan> taken = List.copyOf(undecided);
            undecided.clear();
            return taken;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** The same with one delivery only; none if it is not here. */
    List<Loan> takeUndecided(int consumer, long tag) {
        inbox.lock().lock();
        try {
            for (Iterator<Loan> i = undecided.iterator(); i.hasNext(); ) {
                Loan loan = i.next();
                if (loan.lender().number() == consumer && loan.delivery().tag() == tag) {
                    i.remove();
                    return List.of(loan);
                }
            }
            return List.of();
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Puts everything that the session has had and not decided back into its place at the server. */
    void recover() {
        inbox.lock().lock();
        try {
            giveBack(List.copyOf(undecided));
        } finally {
            inbox.lock().unlock();
        }
    }

    /** The session is about to end: nobody sees any more what was loaded. */
    void quiesce() {
        putBack(unload());
    }

    /** What of {@code seen} is undecided still goes back, counted, and with it what is loaded of the same groups. */
    private void giveBack(List<Loan> seen) {
        inbox.lock().lock();
        try {
            Map<Lender, List<Loan>> byLender = new LinkedHashMap<>();
            for (Loan loan : seen) {
                if (undecided.remove(loan)) {
                    byLender.computeIfAbsent(loan.lender(), lender -> new ArrayList<>())
                            .add(loan);
                }
            }
            byLender.forEach((lender, loans) -> lender.giveBack(loans, takeFollowing(loans)));
        } finally {
            inbox.lock().unlock();
        }
    }

    private List<Loan> takeFollowing(List<Loan> loans) {
        List<Loan> following = new ArrayList<>();
        loaded.removeIf(waiting -> {
            boolean follows = loans.stream().anyMatch(waiting::isSameGroup);
            if (follows) {
                following.add(waiting);
            }
            return follows;
        });
        return following;
    }

    /** What was loaded goes back to the server, since nobody can run the session now. */
    void handBack() {
        byLender(unload()).forEach(Lender::handBack);
    }

    /** Puts loans that nobody has seen back to where they came from. */
    static void putBack(List<Loan> unseen) {
        byLender(unseen).forEach(Lender::putBack);
    }

    private static Map<Lender, List<Loan>> byLender(List<Loan> loans) {
        Map<Lender, List<Loan>> byLender = new LinkedHashMap<>();
        for (Loan loan : loans) {
            byLender.computeIfAbsent(loan.lender(), lender -> new ArrayList<>()).add(loan);
        }
        return byLender;
    }
}
