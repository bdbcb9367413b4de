// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.Acknowledger;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the connection, which loads the messages that it gets into the sessions of a {@link ServerSessionPool}
 * (Messaging 3.1 §11.2). Each session acknowledges, commits, recovers and rolls back what it was given, in its own mode. Of
 * a message group only one session has messages at a time, and they come in order.
 *
 * <p>It owns a session on the wire that no application sees; a thread of its own asks the pool for sessions when there is
 * something to load. A pool that throws is asked again after a pause.
 *
 * <p>Thread: any. State is under the lock of the hidden session's {@link Inbox}.
 */
public final class QuoinConnectionConsumer implements ConnectionConsumer {

    private static final Logger LOG = System.getLogger(QuoinConnectionConsumer.class.getName());

    private static final long MIN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_PAUSE_NS = TimeUnit.SECONDS.toNanos(3);

    private final QuoinConnection connection;
    private final ServerSessionPool pool;
    private final int maxMessages;
    private final SessionCore carrier;
    private final Inbox inbox;
    private final GroupedBacklog backlog = new GroupedBacklog();
    private final QuoinMessageConsumer consumer;
    private final Prefetch prefetch;
    private final Thread thread;

    // Under the inbox's lock.
    private int lent;
    private boolean closed;
    /** The server has not answered yet that it has closed the consumer. */
    private boolean consumerOpen = true;
    /** The server has taken back what waited for a session, and nothing has come since. */
    private boolean recalled;
    /** The thread is asking the pool, which may take as long as it likes. */
    private boolean asking;
    /** The thread has taken messages and not started the session that they are for. */
    private boolean loading;

    QuoinConnectionConsumer(
            QuoinConnection connection, SessionCore carrier, ConsumerSpec spec, ServerSessionPool pool, int maxMessages)
            throws JMSException {
        this.connection = connection;
        this.pool = pool;
        this.maxMessages = maxMessages;
        this.carrier = carrier;
        this.inbox = carrier.inbox();
        carrier.lendBy(this);
        this.consumer = carrier.consumers().open(spec, backlog);
        this.prefetch = consumer.prefetch();
        this.thread = new Thread(this::run, "quoin-connection-consumer-" + consumer.number());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
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

    @Override
    public ServerSessionPool getServerSessionPool() throws JMSException {
        inbox.lock().lock();
        try {
            if (closed) {
                throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The connection consumer is closed");
            }
            return pool;
        } finally {
            inbox.lock().unlock();
        }
    }

    // --- The thread

    private void run() {
        long pauseNs = MIN_PAUSE_NS;
        while (awaitWork()) {
            try {
                loadOne();
                pauseNs = MIN_PAUSE_NS;
            } catch (JMSException | RuntimeException e) {
                report(e);
                pause(pauseNs);
                pauseNs = Math.min(MAX_PAUSE_NS, 2 * pauseNs);
            }
        }
        end();
    }

    /** What happens because of the end is no news. */
    private void report(Exception e) {
        inbox.lock().lock();
        try {
            if (isOver()) {
                return;
            }
        } finally {
            inbox.lock().unlock();
        }
        connection.report(
                e instanceof JMSException failure
                        ? failure
                        : JmsErrors.of(
                                ErrorCode.INTERNAL_ERROR, "The server session pool has thrown an exception: " + e, e));
    }

    /** The hidden session is needed until this is closed and everything that was lent is decided. */
    private void end() {
        inbox.locked(() -> inbox.awaitWhile(
                () -> (!closed || lent > 0 || consumerOpen) && inbox.lost() == null && !inbox.isClosed()));
        try {
            carrier.close();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "The session of a connection consumer was not closed: " + e.getMessage());
        }
    }

    /** Waits until something could be loaded; false at the end. */
    private boolean awaitWork() {
        inbox.lock().lock();
        try {
            while (!isOver()) {
                if (inbox.isFlowing()) {
                    if (isSessionFirst() || prefetch.hasTakeable()) {
                        return true;
                    }
                    carrier.acknowledgements().flush(Flush.SOON);
                    consumer.credit().ensure();
                }
                inbox.awaitChange();
            }
            return false;
        } finally {
            inbox.lock().unlock();
        }
    }

    private void loadOne() throws JMSException {
        ServerSession to = ask();
        if (to == null) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The server session pool has given no session");
        }
        SessionCore session = own(to.getSession());
        List<Loan> loans = List.of();
        try {
            loans = take(session);
            session.loaded().load(loans);
            loans = List.of();
            to.start();
        } catch (JMSException | RuntimeException e) {
            LoadedMessages.putBack(loans);
            session.loaded().handBack();
            throw e;
        } finally {
            inbox.locked(() -> {
                loading = false;
                inbox.signal();
            });
        }
    }

    /**
     * Loads the next message into a session that has just run, unless there is none at hand or another session is owed the
     * next: for the resource adapter, which thereby goes on without asking its application server for a thread.
     *
     * @return whether there is something for {@link Session#run}
     * @throws JMSException if the session is closed, has no listener, or is none of this connection
     */
    public boolean loadNext(Session session) throws JMSException {
        SessionCore to = own(session);
        List<Loan> loans = List.of();
        try {
            loans = takeNow(to);
            to.loaded().load(loans);
            boolean isAny = !loans.isEmpty();
            loans = List.of();
            return isAny;
        } finally {
            LoadedMessages.putBack(loans);
        }
    }

    private List<Loan> takeNow(SessionCore session) {
        inbox.lock().lock();
        try {
            Delivery delivery = inbox.isFlowing() && !isOver() && !isSessionFirst() ? prefetch.take(session) : null;
            if (delivery == null) {
                return List.of();
            }
            lent++;
            renewCreditIfDue();
            return List.of(new Loan(this, delivery, carrier.incarnation()));
        } finally {
            inbox.lock().unlock();
        }
    }

    /**
     * How many messages may wait here that no session has, from now on: for the resource adapter, whose sessions grow in
     * number.
     *
     * @param messages 1 or more
     */
    public void waiting(int messages) {
        inbox.locked(() -> {
            prefetch.window(messages);
            renewCreditIfDue();
        });
    }

    /** Whether messages still come, now or when there is a link again; for good if not. */
    public boolean isActive() {
        return !inbox.ask(this::isOver);
    }

    private @Nullable ServerSession ask() throws JMSException {
        inbox.locked(() -> asking = true);
        try {
            return pool.getServerSession();
        } finally {
            inbox.locked(() -> asking = false);
            // It was meant for the pool, if it was for anybody.
            if (Thread.interrupted()) {
                LOG.log(Level.DEBUG, "A connection consumer was interrupted while it waited for a server session");
            }
        }
    }

    private SessionCore own(@Nullable Session session) throws JMSException {
        Session inner = session;
        if (session instanceof XASession xa && !(session instanceof QuoinSession)) {
            inner = xa.getSession();
        }
        if (inner instanceof QuoinSession own && own.connection() == connection) {
            return own.core();
        }
        throw JmsErrors.of(
                ErrorCode.BAD_ARGUMENT,
                "The server session pool has given a session that is not one of this connection: " + session);
    }

    private List<Loan> take(SessionCore session) {
        inbox.lock().lock();
        try {
            if (isSessionFirst()) {
                awaitOne();
                recalled = false;
            }
            List<Loan> loans = new ArrayList<>(Math.min(maxMessages, 16));
            while (loans.size() < maxMessages && inbox.isFlowing() && !isOver()) {
                Delivery delivery = prefetch.take(session);
                if (delivery == null) {
                    break;
                }
                loans.add(new Loan(this, delivery, carrier.incarnation()));
            }
            prefetch.wanted(false);
            lent += loans.size();
            loading = true;
            renewCreditIfDue();
            return loans;
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Under the lock. */
    private void renewCreditIfDue() {
        if (!closed && prefetch.isCreditDue()) {
            prefetch.renewCredit();
            carrier.flowControl().credit(prefetch, Flush.SOON);
        }
    }

    /** Whether a message is asked for only when a session waits for it; under the lock. */
    private boolean isSessionFirst() {
        return recalled || prefetch.asksForEach();
    }

    private void awaitOne() {
        prefetch.wanted(true);
        while (!isOver() && !(inbox.isFlowing() && prefetch.hasTakeable())) {
            if (inbox.isFlowing()) {
                carrier.acknowledgements().flush(Flush.SOON);
                consumer.credit().ensure();
            }
            inbox.awaitChange();
        }
    }

    /** Under the lock. */
    private boolean isOver() {
        return closed || consumer.isLost() || inbox.isClosed() || inbox.lost() != null;
    }

    private void pause(long pauseNs) {
        inbox.locked(() -> inbox.awaitWhile(() -> !isOver(), TimeUnit.NANOSECONDS.toMillis(pauseNs)));
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
        inbox.locked(() -> {
            carrier.acknowledgements().consumed(prefetch, loan.delivery());
            release(List.of(loan));
            inbox.signal();
            carrier.acknowledgements().afterReceive(lent == 0);
        });
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
                prefetch.withdrawCredit();
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

    // --- The end

    /**
     * Loads nothing any more: what nobody has seen is back in its place when this returns. Sessions that were started go on,
     * and acknowledge what they have.
     */
    @Override
    public void close() throws JMSException {
        inbox.lock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            giveBackWaiting();
            inbox.wakeAll();
            if (asking) {
                thread.interrupt();
            }
            if (Thread.currentThread() != thread) {
                inbox.awaitWhile(() -> loading);
            }
        } finally {
            inbox.lock().unlock();
        }
        connection.forget(this);
        try {
            consumer.close();
        } finally {
            inbox.locked(() -> {
                consumerOpen = false;
                inbox.wakeAll();
            });
        }
    }
}
