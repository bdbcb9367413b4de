// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the application decides about messages of a session: acknowledge, commit, roll back, recover.
 *
 * <p>Thread: as {@link QuoinSession}. Nothing here holds the inbox's lock while it waits for the server.
 */
final class Decisions {

    private static final Logger LOG = System.getLogger(Decisions.class.getName());

    private final SessionCore session;
    private final QuoinConnection connection;
    private final Channel channel;
    private final Requests requests;
    private final Mode mode;
    private final Inbox inbox;
    private final Acknowledgements acknowledgements;
    private final Completions completions;
    private final Outbox outbox;
    /** The open transaction was rolled back by the server; written under the inbox's lock. */
    private volatile boolean transactionLost;

    Decisions(SessionCore session, QuoinConnection connection, Requests requests) {
        this.session = session;
        this.connection = connection;
        this.channel = connection.channel();
        this.requests = requests;
        this.mode = session.mode();
        this.inbox = session.inbox();
        this.acknowledgements = session.acknowledgements();
        this.completions = session.completions();
        this.outbox = session.outbox();
    }

    /** A frame with the handed-out marks of all consumers. */
    interface HandedFrame {

        Frame make(int request, List<Handed> handed);
    }

    private List<Decided> takeUndecided() {
        List<Decided> decided = new ArrayList<>();
        inbox.locked(() -> {
            for (Prefetch prefetch : inbox.prefetches()) {
                if (!prefetch.undecided().isEmpty()) {
                    decided.add(new Decided(
                            requests.session(),
                            prefetch.consumer(),
                            prefetch,
                            prefetch.handedOut(),
                            prefetch.takeUndecided(),
                            List.of()));
                }
            }
            inbox.sweep();
        });
        session.loaded().takeUndecided().stream()
                .collect(Collectors.groupingBy(Loan::lender, LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(loans -> decided.add(Decided.of(loans)));
        return decided;
    }

    /** {@code Message.acknowledge} of a message that this session has delivered. */
    void acknowledge(int consumer, long tag) throws JMSException {
        session.checkOpen();
        if (mode == Mode.CLIENT) {
            acknowledge();
        } else if (mode == Mode.INDIVIDUAL) {
            List<Loan> loan = session.loaded().takeUndecided(consumer, tag);
            confirm(List.of(loan.isEmpty() ? decided(consumer, tag) : Decided.of(loan)));
        }
    }

    private Decided decided(int consumer, long tag) {
        AckRanges one = new AckRanges();
        one.add(tag);
        inbox.lock().lock();
        try {
            Prefetch prefetch = inbox.find(consumer);
            long handedOut = prefetch == null ? tag : prefetch.handedOut();
            return new Decided(requests.session(), consumer, prefetch, handedOut, one, List.of());
        } finally {
            inbox.lock().unlock();
        }
    }

    void acknowledge() throws JMSException {
        session.checkOpen();
        if (mode == Mode.CLIENT) {
            confirm(takeUndecided());
        }
    }

    /** Acknowledges, and returns when that is durable. */
    private void confirm(List<Decided> decided) throws JMSException {
        if (decided.isEmpty()) {
            return;
        }
        int before = session.incarnation();
        try {
            requests.repeatedly("acknowledge messages", () -> {
                try {
                    return confirmOnce(decided);
                } catch (JMSException e) {
                    // What could not be reclaimed has gone to somebody else, who knows it as redelivered.
                    if (session.incarnation() != before
                            && ErrorCode.CONSUMER_UNKNOWN.code().equals(e.getErrorCode())) {
                        return decided;
                    }
                    throw e;
                }
            });
        } finally {
            decided.forEach(one -> one.lent(Lender::settled));
        }
        boolean refused = inbox.ask(() -> {
            boolean any = false;
            for (Decided one : decided) {
                Prefetch prefetch = one.prefetch();
                if (prefetch != null) {
                    prefetch.held().remove(one.ranges());
                    any |= prefetch.isRefused(one.ranges());
                }
            }
            inbox.sweep();
            return any;
        });
        if (refused) {
            throw JmsErrors.of(
                    ErrorCode.DELIVERY_UNKNOWN,
                    "Some of the messages have gone to another consumer, since the connection to " + channel.address()
                            + " was lost or the server was started anew");
        }
    }

    private List<Decided> confirmOnce(List<Decided> decided) throws JMSException {
        Wire wire = channel.wire();
        wire.checkCurrent();
        inbox.locked(() -> decided.forEach(one -> {
            Prefetch prefetch = one.prefetch();
            if (prefetch != null) {
                prefetch.told(one.ranges());
            }
        }));
        List<Reply> replies = new ArrayList<>(decided.size());
        for (int i = 0; i < decided.size(); i++) {
            Reply reply = new Reply();
            Decided one = decided.get(i);
            one.write(wire, one.session(), 0, reply, i == decided.size() - 1 ? Flush.NOW : Flush.LATER);
            replies.add(reply);
        }
        for (Reply reply : replies) {
            requests.await(reply, "acknowledge messages");
        }
        return decided;
    }

    private void checkTransacted(String method) throws JMSException {
        session.checkOpen();
        if (mode == Mode.XA) {
            throw BranchWork.notYours(method);
        }
        if (!mode.isTransacted()) {
            throw JmsErrors.of(ErrorCode.NOT_TRANSACTED, method + " was called on a session that is not transacted");
        }
        completions.checkNotCalledBack(method);
        completions.awaitAll();
    }

    void commit() throws JMSException {
        checkTransacted("commit");
        JMSException refusal = outbox.takeRefusal();
        if (refusal != null) {
            goBack(rollbackFrame());
            throw rolledBack(refusal);
        }
        Work work = takeWork();
        if (work.isLost()) {
            work.giveBack();
            goBack(rollbackFrame());
            throw forgotten();
        }
        Commit commit = new Commit(connection.nextTransaction(), work);
        try {
            requests.repeatedly("commit a transaction", commit);
            commit.settle(Lender::settled);
            transactionEnded();
        } catch (JMSException e) {
            throw commitFailed(e, commit);
        }
    }

    /** Takes what is to be committed, in one step for whoever finds out that the server has forgotten the session. */
    Work takeWork() {
        inbox.lock().lock();
        try {
            return new Work(transactionLost, takeUndecided(), handed(), session.incarnation());
        } finally {
            inbox.lock().unlock();
        }
    }

    /** The work that was taken has its outcome, and what became of the session meanwhile does not concern the next. */
    private void transactionEnded() {
        inbox.locked(() -> transactionLost = false);
        session.transactionEnded();
    }

    /** One commit, on one link after another, until it is known whether it was done. */
    private final class Commit implements Requests.Attempt<Boolean> {

        private final CommitOutcome outcome;
        private final Work work;
        private final AtomicBoolean isSettled = new AtomicBoolean();

        Commit(long transaction, Work work) {
            this.outcome = new CommitOutcome(connection, transaction);
            this.work = work;
        }

        @Override
        public Boolean run() throws JMSException {
            // What is found out about the session below is true of this link, and all is written on this one or not at
            // all.
            Wire wire = channel.wire();
            if (outcome.isAsked() && outcome.isCommitted(wire)) {
                return true;
            }
            boolean isAny = outbox.hasTransaction() || !work.decided().isEmpty();
            if (isAny && work.isForgotten(session.incarnation())) {
                throw forgotten();
            }
            work.write(wire, requests.session());
            outcome.asked(wire);
            requests.askOnce(
                    wire,
                    n -> new Frame.Commit(n, outcome.transaction(), work.handed()),
                    answer(),
                    "commit a transaction");
            return true;
        }

        /** If it is refused, the server has put back what was lent, before anything that is read after the answer. */
        private Reply answer() {
            return new Reply() {
                @Override
                protected void onSettled(@Nullable JMSException failure) {
                    if (failure == null) {
                        settle(Lender::settled);
                    } else if (!(failure instanceof LinkLostException)) {
                        settle(Lender::wentBack);
                    }
                }
            };
        }

        /** What has become of loans is said once. */
        void settle(BiConsumer<Lender, List<Loan>> fate) {
            if (isSettled.compareAndSet(false, true)) {
                work.lent(fate);
            }
        }
    }

    private JMSException commitFailed(JMSException e, Commit commit) throws JMSException {
        if (ErrorCode.TRANSACTION_IN_DOUBT.code().equals(e.getErrorCode())) {
            goBack(rollbackFrame());
            return e;
        }
        if (!connection.isAlive() || ErrorCode.REQUEST_TIMEOUT.code().equals(e.getErrorCode())) {
            // Whatever becomes of it, the next transaction has nothing of it.
            commit.settle(Lender::settled);
            session.disestablish();
            transactionEnded();
            return commit.outcome.isAsked()
                    ? JmsErrors.of(
                            ErrorCode.TRANSACTION_IN_DOUBT, "No answer to a commit came from " + channel.address(), e)
                    : JmsErrors.of(
                            ErrorCode.TRANSACTION_ROLLED_BACK,
                            "A commit could not be asked of " + channel.address(),
                            e);
        }
        JMSException refusal = outbox.takeRefusal();
        commit.settle((lender, loans) -> lender.giveBack(loans, List.of()));
        // What was delivered in the transaction comes again, and nothing that is on its way belongs to it.
        goBack(rollbackFrame());
        return refusal == null ? e : rolledBack(refusal);
    }

    /** The server has forgotten the session, and thereby rolled back what was open in it. */
    void transactionLost() {
        inbox.locked(() -> {
            boolean worked = outbox.hasTransaction();
            for (Prefetch prefetch : inbox.prefetches()) {
                worked |= !prefetch.takeUndecided().isEmpty();
            }
            transactionLost |= worked;
        });
    }

    private JMSException forgotten() {
        return JmsErrors.of(
                ErrorCode.TRANSACTION_ROLLED_BACK,
                "The connection to " + channel.address()
                        + " was lost for longer than the server keeps a transaction, or the server was started anew");
    }

    private static JMSException rolledBack(JMSException refusal) {
        return JmsErrors.of(
                ErrorCode.TRANSACTION_ROLLED_BACK,
                "A message of the transaction was refused (" + refusal.getMessage() + "), so all of it was rolled back",
                refusal);
    }

    void rollback() throws JMSException {
        checkTransacted("rollback");
        outbox.takeRefusal();
        goBack(rollbackFrame());
    }

    private HandedFrame rollbackFrame() {
        long transaction = connection.nextTransaction();
        return (request, handed) -> new Frame.Rollback(request, transaction, handed);
    }

    void recover() throws JMSException {
        session.checkOpen();
        if (mode == Mode.XA && !session.isAutomatic()) {
            throw BranchWork.notYours("recover");
        }
        if (mode.isTransacted()) {
            throw JmsErrors.of(ErrorCode.TRANSACTED, "recover was called on a transacted session");
        }
        putBack();
    }

    /** Puts everything unacknowledged back; nothing of the session is in a transaction. */
    void putBack() throws JMSException {
        goBack(Frame.Recover::new);
    }

    /** A listener of an automatic session has failed: its message comes again before any other. */
    void redeliver() {
        try {
            goBack(Frame.Recover::new);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "The connection was lost before a message could be redelivered: " + e.getMessage());
        }
    }

    /** How far each consumer has handed out. */
    List<Handed> handed() {
        inbox.lock().lock();
        try {
            return inbox.handed(false, this::tellHandedOut);
        } finally {
            inbox.lock().unlock();
        }
    }

    private void tellHandedOut(Prefetch prefetch) {
        session.flowControl().credit(prefetch, Flush.LATER);
    }

    /** Puts everything unacknowledged back into its place; what arrives before the server's OK is stale. */
    private void goBack(HandedFrame frame) throws JMSException {
        session.loaded().recover();
        List<Handed> handed = new ArrayList<>();
        int begun = beginToGoBack(handed);
        session.transactionEnded();
        Reply reply = new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) {
                inbox.stopDropping(begun);
            }
        };
        try {
            requests.ask(n -> frame.make(n, handed), reply, "put messages back");
        } catch (JMSException e) {
            inbox.stopDropping(begun);
            throw e;
        }
        inbox.locked(() -> {
            inbox.sweep();
            for (Prefetch prefetch : inbox.prefetches()) {
                if (!prefetch.isClosed() && prefetch.credit().isDue()) {
                    prefetch.credit().renew();
                    session.flowControl().credit(prefetch, Flush.SOON);
                }
            }
        });
    }

    private int beginToGoBack(List<Handed> handed) {
        inbox.lock().lock();
        try {
            acknowledgements.flush(Flush.LATER);
            handed.addAll(inbox.handed(false, this::tellHandedOut));
            transactionLost = false;
            return inbox.startDropping();
        } finally {
            inbox.lock().unlock();
        }
    }
}
