// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.BranchView;
import io.quoin.server.core.xa.XaAction;
import io.quoin.server.core.xa.XaCall;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.core.xa.XaTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The branches of distributed transactions (XA). A branch belongs to the server: any sessions of any connections may take
 * part in it, and its transaction manager may complete it on any connection. What a call means is in {@link XaTable}; here
 * it is done.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Branches {

    /** How long it is remembered why a branch can only be rolled back, in case its transaction manager asks: 10 min. */
    private static final long FAILED_MEMORY_MS = 600_000;

    private static final long TIMEOUT_MAX_MS = 86_400_000;

    private final BrokerOptions options;
    private final Now now;
    private final Sources sources;
    private final LoggedTransactions logged;
    private final BranchRecorder recorder;
    private final Settlement settlement;
    private final TransactionLog log;
    private final Completing completing;
    /** Those that are not prepared. */
    private final Map<Xid, Branch> unprepared = new HashMap<>();
    /** By deadline. */
    private final TreeSet<Branch> timers =
            new TreeSet<>(Comparator.<Branch>comparingLong(Branch::deadlineMs).thenComparingLong(Branch::id));
    /** What no log has of prepared ones. */
    private final Map<Xid, Branch> prepared = new HashMap<>();

    private long lastId;
    /** What was begun by the present call. */
    private @Nullable Completion begun;

    Branches(
            BrokerOptions options,
            Now now,
            Sources sources,
            LoggedTransactions logged,
            BranchRecorder recorder,
            Settlement settlement,
            TransactionLog log,
            Completing completing) {
        this.options = options;
        this.now = now;
        this.sources = sources;
        this.logged = logged;
        this.recorder = recorder;
        this.settlement = settlement;
        this.log = log;
        this.completing = completing;
    }

    // --- what transaction managers call

    /** The session begins to work in a branch; returns the code of the answer, as all of these. */
    int start(ClientSession session, Xid xid, int flags, long timeoutMs) {
        XaCall call = XaCall.start(flags);
        if (call == null) {
            return XaCode.INVALID_ARGUMENTS;
        }
        Branch current = session.branch();
        if (session.mode() != AcknowledgeMode.XA
                || (current != null && !current.xid().equals(xid))) {
            return XaCode.PROTOCOL_ERROR; // it works in one branch at a time
        }
        if (call == XaCall.START && view(session, xid) == BranchView.UNKNOWN) {
            begin(session, xid, timeoutMs);
            return XaCode.OK;
        }
        return act(call, session, xid);
    }

    int end(ClientSession session, Xid xid, int flags) {
        XaCall call = XaCall.end(flags);
        return call == null ? XaCode.INVALID_ARGUMENTS : act(call, session, xid);
    }

    int prepare(Xid xid) {
        return act(XaCall.PREPARE, null, xid);
    }

    int commit(Xid xid) {
        return act(XaCall.COMMIT, null, xid);
    }

    /** Its outcome can be asked for as that of the asking connection's transaction of that number. */
    int commitInOnePhase(Xid xid, ClientConnection asking, long transaction) {
        XaAction action =
                XaTable.verdict(XaCall.COMMIT_ONE_PHASE, view(null, xid)).action();
        return action == XaAction.COMMIT_ONE_PHASE
                ? commitInOnePhase(unprepared(xid), asking, transaction)
                : act(XaCall.COMMIT_ONE_PHASE, null, xid);
    }

    int rollback(Xid xid) {
        return act(XaCall.ROLLBACK, null, xid);
    }

    int forget(Xid xid) {
        return act(XaCall.FORGET, null, xid);
    }

    /** Prepared and decided ones with numbers above {@code number}, in the order of their numbers. */
    List<LoggedTransaction> recover(long number) {
        return logged.after(number).stream().filter(LoggedTransaction::isTold).toList();
    }

    /** What is left to do of what the last call has decided; the call is answered when it is done. Null if it is done already. */
    @Nullable
    Completion takeBegun() {
        Completion taken = begun;
        begun = null;
        return taken;
    }

    private int act(XaCall call, @Nullable ClientSession session, Xid xid) {
        XaTable.Verdict verdict = XaTable.verdict(call, view(session, xid));
        return switch (verdict.action()) {
            case NOTHING -> verdict.code();
            case SAY_WHY -> {
                Branch branch = unprepared(xid);
                undoFailed(branch);
                yield branch.failure();
            }
            case BEGIN, COMMIT_ONE_PHASE -> throw new IllegalStateException(call + " is not done here");
            case JOIN, RESUME, SUSPEND, LEAVE, LEAVE_FAILED, LEAVE_AND_SAY_WHY -> {
                if (session == null) {
                    throw new IllegalStateException(call + " needs a session");
                }
                yield takePart(verdict, session, unprepared(xid));
            }
            case PREPARE -> prepare(unprepared(xid));
            case COMMIT -> commit(logged(xid), false);
            case ROLL_BACK -> {
                drop(unprepared(xid));
                yield XaCode.OK;
            }
            case ROLL_BACK_PREPARED -> rollBack(logged(xid), false);
            case ROLL_BACK_AND_SAY_WHY -> {
                Branch branch = unprepared(xid);
                drop(branch);
                yield branch.failure();
            }
            case FORGET -> {
                recorder.forget(logged(xid));
                yield XaCode.OK;
            }
        };
    }

    private int takePart(XaTable.Verdict verdict, ClientSession session, Branch branch) {
        switch (verdict.action()) {
            case JOIN -> branch.join(session);
            case RESUME -> branch.resume(session);
            case SUSPEND -> branch.suspend(session);
            default -> branch.leave(session);
        }
        switch (verdict.action()) {
            case LEAVE_FAILED -> fail(branch, XaCode.ROLLED_BACK);
            case LEAVE_AND_SAY_WHY -> {
                fail(branch, branch.failure());
                return branch.failure();
            }
            case LEAVE -> undoFailed(branch);
            default -> {
                // Nothing else follows.
            }
        }
        return verdict.code();
    }

    private BranchView view(@Nullable ClientSession session, Xid xid) {
        Branch branch = unprepared.get(xid);
        if (branch == null) {
            LoggedTransaction transaction = logged.find(xid);
            if (transaction != null && transaction.isInSteps()) {
                completing.finish();
                transaction = logged.find(xid);
            }
            if (transaction == null) {
                return BranchView.UNKNOWN;
            }
            return switch (transaction.state()) {
                case OPEN, PREPARED, TAKING_EFFECT, BEING_UNDONE -> BranchView.PREPARED;
                case DECIDED_COMMIT -> BranchView.DECIDED_COMMIT;
                case DECIDED_ROLLBACK -> BranchView.DECIDED_ROLLBACK;
            };
        }
        boolean failed = branch.hasFailed();
        if (session != null && branch.has(session)) {
            if (branch.isSuspended(session)) {
                return failed ? BranchView.FAILED_SUSPENDED : BranchView.SUSPENDED_HERE;
            }
            return failed ? BranchView.FAILED_HERE : BranchView.ACTIVE_HERE;
        }
        if (!branch.sessions().isEmpty()) {
            return failed ? BranchView.FAILED_ELSEWHERE : BranchView.ACTIVE_ELSEWHERE;
        }
        return failed ? BranchView.FAILED : BranchView.IDLE;
    }

    private Branch unprepared(Xid xid) {
        Branch branch = unprepared.get(xid);
        if (branch == null) {
            throw new IllegalStateException("branch " + xid + " vanished in the middle of a step");
        }
        return branch;
    }

    private LoggedTransaction logged(Xid xid) {
        LoggedTransaction transaction = logged.find(xid);
        if (transaction == null) {
            throw new IllegalStateException("branch " + xid + " vanished in the middle of a step");
        }
        return transaction;
    }

    // --- their life

    private void begin(ClientSession session, Xid xid, long timeoutMs) {
        long lifeMs = timeoutMs == 0 ? options.branchTimeoutMs() : Math.min(timeoutMs, TIMEOUT_MAX_MS);
        Branch branch = new Branch(xid, ++lastId, now.wallMs(), now.monotonicMs() + lifeMs);
        unprepared.put(xid, branch);
        timers.add(branch);
        branch.join(session);
    }

    private int prepare(Branch branch) {
        if (branch.isEmpty()) {
            remove(branch);
            return XaCode.READ_ONLY;
        }
        if (!recorder.isRecordable(branch)) {
            drop(branch);
            return XaCode.ROLLED_BACK_FOR_OTHER_REASONS;
        }
        recorder.prepare(branch);
        remove(branch);
        prepared.put(branch.xid(), branch);
        return XaCode.OK;
    }

    private int commitInOnePhase(Branch branch, ClientConnection asking, long transaction) {
        if (!recorder.isRecordable(branch)) {
            drop(branch);
            return XaCode.ROLLED_BACK_FOR_OTHER_REASONS;
        }
        if (!branch.isEmpty()) {
            begun = recorder.commitInOnePhase(branch, asking, transaction);
        }
        branch.release();
        remove(branch);
        return XaCode.OK;
    }

    private int commit(LoggedTransaction transaction, boolean heuristic) {
        begun = recorder.commit(transaction, rest(transaction), heuristic);
        return XaCode.OK;
    }

    private int rollBack(LoggedTransaction transaction, boolean heuristic) {
        Branch rest = rest(transaction);
        begun = recorder.rollBack(transaction, heuristic);
        undoKept(rest, 1);
        return XaCode.OK;
    }

    /** What no log has of a prepared branch: nothing after a restart. */
    private Branch rest(LoggedTransaction transaction) {
        Branch rest = prepared.remove(transaction.xid());
        if (rest == null) {
            return new Branch(transaction.xid(), 0, 0, 0);
        }
        rest.release();
        return rest;
    }

    /** Undoes the branch's work, and forgets the branch. */
    private void drop(Branch branch) {
        undo(branch, 1);
        remove(branch);
    }

    private void remove(Branch branch) {
        unprepared.remove(branch.xid());
        timers.remove(branch);
    }

    /** From now on the branch, all of it, can only be rolled back; its work so far is undone now. */
    private void fail(Branch branch, int code) {
        branch.fail(code);
        undo(branch, 1);
        begun = null; // nobody waits for the end of it
        timers.remove(branch);
        branch.deadlineMs(now.monotonicMs() + FAILED_MEMORY_MS);
        timers.add(branch);
    }

    /** A refused send has failed the branch, and somebody is told now, or has ended its work: what it did is undone. */
    private void undoFailed(Branch branch) {
        if (branch.hasFailed() && !branch.isUndone()) {
            fail(branch, branch.failure());
        }
    }

    private void undo(Branch branch, int delta) {
        LoggedPart part = branch.logged();
        if (part != null) {
            recorder.rollBack(part);
        }
        undoKept(branch, delta);
    }

    private void undoKept(Branch branch, int delta) {
        HeldMessages held = branch.held();
        if (delta == 0 || completing.isOneStep(held.size())) {
            settlement.giveBack(held, sources, delta);
        } else {
            begun = completing.giveBack(held, branch.consumers());
        }
        for (Consumer consumer : branch.consumers()) {
            recallUnseen(consumer);
        }
        branch.undone();
    }

    /**
     * What came after the messages that are back in their places must not be seen before them. The highest delivery that was
     * handed out says nothing here: the sessions of a connection consumer take from it out of order.
     */
    private static void recallUnseen(Consumer consumer) {
        ClientSession session = consumer.session();
        if (!consumer.isClosed()
                && !session.isSuspended()
                && consumer.deliveries().count() > 0) {
            consumer.recall();
        }
    }

    // --- what sessions do

    /**
     * Acknowledges in the branch in which the session works. If that can only be rolled back, what came after what it holds
     * must not go back before it.
     */
    void acknowledge(ClientSession session, Consumer consumer, long firstTag, long lastTag) {
        Branch branch = session.branch();
        if (branch == null || branch.isUndone()) {
            settlement.giveBack(consumer, firstTag, lastTag, true);
            recallUnseen(consumer);
            return;
        }
        Deliveries deliveries = consumer.deliveries();
        HeldMessages now = new HeldMessages();
        long last = Math.min(lastTag, deliveries.last());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                now.add(consumer.source().number(), deliveries.priority(tag), deliveries.arrival(tag));
                deliveries.done(tag);
            }
        }
        branch.acknowledged(consumer, now);
        LoggedPart part = branch.logged();
        if (part != null) {
            log.acknowledge(part, now);
        } else if (log.isLarge(branch.bytes(), branch.size())) {
            log.logBranch(branch);
        }
    }

    /** The session is closed in an orderly way: what it did stands, and its branches are their transaction manager's. */
    void closed(ClientSession session) {
        for (Branch branch : List.copyOf(session.branches())) {
            branch.leave(session);
            if (branch.hasFailed()) {
                fail(branch, branch.failure());
            }
        }
    }

    /** The client is gone before it ended its work: the branches can only be rolled back. */
    void lost(ClientSession session) {
        for (Branch branch : List.copyOf(session.branches())) {
            branch.leave(session);
            fail(branch, XaCode.ROLLED_BACK_BY_LOSS);
        }
    }

    /**
     * The client is gone, without a word. Whoever would prepare what its sessions had ended is most likely gone with it, and
     * knows nothing of the branch when it is back: so that its messages do not stay away until its time is over, it is rolled
     * back, unless a connection is left that has worked in it too, or was closed in an orderly way.
     */
    void lost(ClientConnection connection) {
        for (Branch branch : List.copyOf(unprepared.values())) {
            if (branch.lost(connection) && !branch.isUndone()) {
                fail(branch, XaCode.ROLLED_BACK_BY_LOSS);
            }
        }
    }

    /** The server stops: what is not prepared is undone without being counted. */
    void stopped() {
        for (Branch branch : List.copyOf(unprepared.values())) {
            undo(branch, 0);
            remove(branch);
        }
    }

    // --- time

    /** Ends branches whose time is over; returns how much was done. */
    int tick() {
        int work = 0;
        while (!timers.isEmpty() && timers.first().deadlineMs() <= now.monotonicMs()) {
            Branch branch = timers.first();
            work++;
            if (!branch.isUndone() || !branch.sessions().isEmpty()) {
                fail(branch, XaCode.ROLLED_BACK_BY_TIMEOUT);
            } else {
                remove(branch);
            }
        }
        return work;
    }

    /** When {@link #tick} has something to do, on the monotonic clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.first().deadlineMs();
    }

    // --- administration

    /** Those that are not prepared, in the order in which they began. */
    List<Branch> unprepared() {
        List<Branch> branches = new ArrayList<>(unprepared.values());
        branches.sort(Comparator.comparingLong(Branch::id));
        return branches;
    }

    /** What no log has of a prepared branch; null if there is nothing. */
    @Nullable
    Branch volatilePart(LoggedTransaction transaction) {
        return prepared.get(transaction.xid());
    }

    /** An administrator decides a prepared branch in place of its transaction manager. */
    void decide(LoggedTransaction transaction, boolean commit) {
        if (commit) {
            commit(transaction, true);
        } else {
            rollBack(transaction, true);
        }
        takeBegun(); // nobody waits for the end of it
    }

    /** An administrator forgets a decided one. */
    void forget(LoggedTransaction transaction) {
        recorder.forget(transaction);
    }
}
