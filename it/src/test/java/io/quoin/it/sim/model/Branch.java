// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.codec.Xid;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/** A branch of a distributed transaction, with the work of all sessions that took part in it. */
final class Branch extends Transaction {

    final Xid xid;
    /** Those whose work in it has not ended, suspended or not. */
    final Set<SessionView> sessions = new LinkedHashSet<>();
    /** All that have ever worked in it. */
    private final Set<SessionView> workers = new LinkedHashSet<>();
    /** When it is undone by itself, unless it is prepared; on the server's clock. */
    private final long deadlineMs;
    /** Whether something happened that undoes it, or may have. */
    private boolean failed;
    /** Rollbacks that the server has and has not answered. */
    private int undoing;
    /** Whether the server has been asked to prepare it and has not answered, or died before it did. */
    boolean preparing;
    /** Whether it was prepared for certain. */
    boolean wasPrepared;
    /** Rises with whatever is asked of it. */
    int changes;

    Branch(Xid xid, UUID connection, long deadlineMs) {
        super(connection);
        this.xid = xid;
        this.deadlineMs = deadlineMs;
    }

    void join(SessionView session) {
        workers.add(session);
        sessions.add(session);
        session.branches.add(this);
        session.branch = this;
    }

    void suspend(SessionView session) {
        session.branch = null;
    }

    void leave(SessionView session) {
        sessions.remove(session);
        session.branches.remove(this);
        if (session.branch == this) {
            session.branch = null;
        }
    }

    /** The server has not let the session join. */
    void refused(SessionView session) {
        leave(session);
        workers.remove(session);
    }

    /** A connection is lost: with the last of those that have worked in it, it is undone, unless it is prepared. */
    void lost(ClientView client) {
        boolean concerned = workers.stream().anyMatch(s -> s.openedOn.clientView() == client);
        if (concerned && !wasPrepared && workers.stream().allMatch(s -> s.openedOn.clientView().isCut)) {
            mayHaveFailed();
        }
    }

    /** From now on the server may have undone it. */
    void mayHaveFailed() {
        failed = true;
    }

    void undoing() {
        undoing++;
    }

    /** A rollback was answered, and has changed nothing. */
    void notUndone() {
        undoing--;
    }

    /** The server has said that it is prepared, so it was not undone until then. */
    void prepared() {
        state = State.PREPARED;
        wasPrepared = true;
        preparing = false;
        failed = false;
    }

    private boolean mayHaveFailed(long nowMs) {
        return failed
                || (!wasPrepared && nowMs >= deadlineMs - ServerView.TOLERANCE_MS)
                || sessions.stream().anyMatch(s -> s.orphaned);
    }

    boolean mayBeUndone(long nowMs) {
        return undoing > 0 || mayHaveFailed(nowMs);
    }

    /** Whether a rollback that was just answered was what has undone it, and nothing before. */
    boolean wasUndoneOnce(long nowMs) {
        return undoing == 1 && !mayHaveFailed(nowMs);
    }

    @Override
    boolean holdsFast(long nowMs) {
        return switch (state) {
            case OPEN, PREPARED -> !mayBeUndone(nowMs);
            case IN_DOUBT -> wasPrepared && !mayBeUndone(nowMs);
            case COMMITTING, COMMITTED, ROLLED_BACK -> false;
        };
    }

    @Override
    boolean isTakingEffect() {
        return (state == State.COMMITTING || state == State.IN_DOUBT) && !hasArrived;
    }

    @Override
    public String toString() {
        return "branch " + xid.formatId();
    }
}
