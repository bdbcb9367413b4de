// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.message.Acknowledger;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a connection consumer has lent to sessions: who has how much of it, what becomes of it, and what goes back to the server
 * because nobody has seen it or its session has given it up.
 *
 * <p>Thread: any. State is under the lock of the hidden session's {@link Inbox}.
 */
final class Lender {

    private static final Logger LOG = System.getLogger(Lender.class.getName());

    private final SessionCore carrier;
    private final Inbox inbox;
    private final GroupedBacklog backlog;
    private final Prefetch prefetch;

    // Under the inbox's lock.
    private int lent;
    private boolean closed;
    /** The server has taken back what waited for a session, and nothing has come since. */
    private boolean recalled;

    /**
     * Of what a consumer of the hidden session gets.
     *
     * @param backlog in which it waits
     */
    Lender(SessionCore carrier, QuoinMessageConsumer consumer, GroupedBacklog backlog) {
        this.carrier = carrier;
        this.inbox = carrier.inbox();
        this.backlog = backlog;
        this.prefetch = consumer.prefetch();
    }

    int number() {
        return prefetch.consumer();
    }

    /** The number of the session on the wire that the consumer belongs to. */
    int carrierNumber() {
        return carrier.number();
    }

    SessionCore carrier() {
        return carrier;
    }

    /** Whether sessions have messages of it; under the lock. */
    boolean isLending() {
        return lent > 0;
    }

    /** How far deliveries were handed out, to be told to the server now. */
    long handedOut() {
        inbox.lock().lock();
        try {
            return prefetch.tellHandedOut();
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Whether nothing is lent any more; under the lock. */
    boolean isClosed() {
        return closed;
    }

    /** Whether a message is asked for only when a session waits for it; under the lock. */
    boolean isSessionFirst() {
        return recalled || prefetch.asksForEach();
    }

    /** A session waits for a message; under the lock. */
    void serves() {
        recalled = false;
    }

    /** Lends a session the next message that it may have; null if there is none. Under the lock. */
    @Nullable
    Loan lend(SessionCore to) {
        Delivery delivery = prefetch.take(to);
        if (delivery == null) {
            return null;
        }
        lent++;
        return new Loan(this, delivery, carrier.incarnation());
    }

    /** Lends nothing any more: what nobody has seen goes back. Under the lock. */
    void close() {
        closed = true;
        giveBackWaiting();
    }

    // --- What sessions do with what they were lent

    /** Makes the message object of a loan that a session is about to hand out. */
    QuoinMessage open(MessageDecoder decoder, Loan loan, int session, Acknowledger acknowledger) throws JMSException {
        carrier.handOuts().name(session, loan.delivery());
        return carrier.messages().open(decoder, loan.delivery(), acknowledger);
    }

    /** An automatic session has consumed a message. */
    void consumed(Loan loan) {
        if (carrier.isDurable()) {
            acknowledgeDurably(loan);
            return;
        }
        boolean gathered = inbox.ask(() -> {
            carrier.acknowledgements().consumed(prefetch, loan.delivery());
            release(List.of(loan));
            inbox.signal();
            return carrier.acknowledgements().afterReceive(lent == 0);
        });
        if (gathered) {
            carrier.acknowledgements().write();
        }
    }

    private void acknowledgeDurably(Loan loan) {
        AckRanges one = new AckRanges();
        one.add(loan.delivery().tag());
        try {
            carrier.acknowledgeDurably(number(), one);
        } catch (JMSException e) {
            LOG.log(Level.WARNING, "A message could not be acknowledged and comes again: " + e.getMessage());
        } finally {
            settled(List.of(loan));
        }
    }

    /** A message that cannot be made an object goes to the dead letters. */
    void reject(Loan loan, JMSException why) {
        carrier.reject(prefetch, loan.delivery(), why);
        inbox.locked(() -> {
            release(List.of(loan));
            inbox.signal();
        });
    }

    /** Loans are decided, and the server has been told. */
    void settled(List<Loan> loans) {
        inbox.locked(() -> {
            prefetch.held().remove(tags(loans));
            release(loans);
            inbox.signal();
        });
    }

    /** The server has put loans back because a commit failed, and with them the rest of their groups. */
    void wentBack(List<Loan> loans) {
        inbox.locked(() -> {
            groupsOf(loans).forEach(backlog::drop);
            prefetch.held().remove(tags(loans));
            release(loans);
            inbox.signal();
        });
    }

    /**
     * Puts loans back into their places at the server, as delivered in vain. With them the rest of their groups goes back,
     * wherever it is.
     *
     * @param following loans that nobody has seen, of the same groups
     */
    void giveBack(List<Loan> loans, List<Loan> following) {
        inbox.locked(() -> {
            Set<Integer> groups = groupsOf(loans);
            groups.forEach(backlog::drop);
            prefetch.held().remove(tags(following));
            tellBack(AckOutcome.RETURNED_COUNTED, tags(loans), groups);
            release(loans);
            release(following);
            inbox.signal();
        });
    }

    /**
     * The same with loans of which it is not known whether the server has taken an acknowledgement: if it has, nothing of
     * their groups goes back with them, so whatever waits here is given back as well.
     */
    void giveBackDoubtful(List<Loan> loans) {
        inbox.locked(() -> {
            giveBackWaiting();
            giveBack(loans, List.of());
        });
    }

    /** The same with loans that nobody has seen, and for which there is no thread now: for anybody, and uncounted. */
    void handBack(List<Loan> loans) {
        inbox.locked(() -> {
            Set<Integer> groups = groupsOf(loans);
            groups.forEach(backlog::drop);
            tellBack(AckOutcome.RETURNED_UNCOUNTED, tags(loans), groups);
            release(loans);
            inbox.signal();
        });
    }

    /** Loans that nobody has seen wait here again, or at the server if this consumer is closed. */
    void putBack(List<Loan> loans) {
        inbox.locked(() -> {
            release(loans);
            if (closed) {
                tellBack(AckOutcome.RETURNED_UNCOUNTED, tags(loans), groupsOf(loans));
            } else {
                for (int i = loans.size() - 1; i >= 0; i--) {
                    returnTaken(loans.get(i));
                }
            }
            inbox.signal();
        });
    }

    private void returnTaken(Loan loan) {
        if (loan.isStale()) {
            // Whether it is still this consumer's is not known here; if it is, it comes again.
            tellBack(AckOutcome.RETURNED_UNCOUNTED, tags(List.of(loan)), groupsOf(List.of(loan)));
        } else {
            prefetch.returnTaken(loan.delivery());
        }
    }

    /** The server wants back what nobody has seen. */
    void onRecall(int slot) {
        inbox.locked(() -> {
            if (closed) {
                return;
            }
            if (slot == Frame.Recall.ALL_SLOTS) {
                giveBackWaiting();
                // The server has withdrawn it. Only a session that is there for a message asks for another one.
                prefetch.credit().withdraw();
                carrier.flowControl().answerRecall(prefetch, 1, 0);
                recalled = true;
            } else {
                Set<Integer> groups = new TreeSet<>();
                AckRanges ranges = prefetch.takeUnseen(slot, delivery -> groups.add(delivery.groupHash()));
                tellBack(AckOutcome.RETURNED_UNCOUNTED, ranges, groups);
            }
            inbox.signal();
        });
    }

    /** Under the lock. */
    private void giveBackWaiting() {
        AckRanges ranges = new AckRanges();
        Set<Integer> groups = new TreeSet<>();
        backlog.forEach(delivery -> {
            ranges.add(delivery.tag());
            if (delivery.isGrouped()) {
                groups.add(delivery.groupHash());
            }
        });
        prefetch.dropWaiting();
        tellBack(AckOutcome.RETURNED_UNCOUNTED, ranges, groups);
    }

    /** Tells the server what goes back; until it has answered, what arrives of the groups has gone back too. */
    private void tellBack(AckOutcome outcome, AckRanges ranges, Set<Integer> groups) {
        if (ranges.isEmpty()) {
            return;
        }
        groups.forEach(backlog::stale);
        carrier.acknowledgements()
                .tell(
                        prefetch,
                        ranges,
                        outcome,
                        FrameFlags.ACK_WITH_GROUP,
                        Flush.SOON,
                        () -> groups.forEach(backlog::fresh));
    }

    private static AckRanges tags(List<Loan> loans) {
        AckRanges tags = new AckRanges();
        loans.forEach(loan -> tags.add(loan.delivery().tag()));
        return tags;
    }

    private Set<Integer> groupsOf(List<Loan> loans) {
        Set<Integer> groups = new TreeSet<>();
        for (Loan loan : loans) {
            if (loan.delivery().isGrouped()) {
                groups.add(loan.delivery().groupHash());
            }
        }
        return groups;
    }

    private void release(List<Loan> loans) {
        loans.forEach(loan -> backlog.release(loan.delivery()));
        lent -= loans.size();
    }
}
