// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.codec.Xid;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The transaction manager of all applications of a simulation. It completes branches on any connection that is open, goes on
 * with what it has decided until it is told that it is done, and sometimes crashes: then it remembers only the branches that it
 * has decided to commit.
 */
final class TransactionManager {

    private final Trace trace;
    private final Chance chance;
    private final List<SimBranch> branches = new ArrayList<>();
    private int lastNumber;

    TransactionManager(Trace trace, Chance chance) {
        this.trace = trace;
        this.chance = chance;
    }

    SimBranch begin() {
        SimBranch branch = new SimBranch(++lastNumber);
        branches.add(branch);
        return branch;
    }

    /** One that others work in, or have worked in; null if there is none. */
    @Nullable
    SimBranch joinable() {
        List<SimBranch> active = branches.stream().filter(SimBranch::isActive).toList();
        return active.isEmpty() ? null : chance.pick(active);
    }

    /** Whether a branch is prepared and not over: the moment that a crash must not hurt. */
    boolean hasPrepared() {
        return branches.stream()
                .anyMatch(b -> b.state == SimBranch.State.PREPARED || b.state == SimBranch.State.COMMITTING);
    }

    /** Brings some branch nearer to its end on the client's connection; returns whether there was one. */
    boolean complete(SimClient client) {
        branches.removeIf(b -> b.state == SimBranch.State.OVER);
        List<SimBranch> ended =
                branches.stream().filter(SimBranch::wantsCompletion).toList();
        if (ended.isEmpty()) {
            return false;
        }
        complete(client, chance.pick(ended));
        return true;
    }

    private void complete(SimClient client, SimBranch branch) {
        switch (branch.state) {
            case ACTIVE -> {
                switch (chance.weighted(6, 4, 2)) {
                    case 0 -> client.xa.prepare(branch, code -> prepared(branch, code));
                    case 1 -> client.xa.commitInOnePhase(branch, code -> committedAtOnce(branch, code));
                    default -> client.xa.rollback(branch, code -> rolledBack(branch, code));
                }
            }
            case PREPARED -> {
                branch.state = chance.in(0.7) ? SimBranch.State.COMMITTING : SimBranch.State.ROLLING_BACK;
                complete(client, branch);
            }
            case COMMITTING -> client.xa.commit(branch, code -> committed(branch, code));
            case ROLLING_BACK -> client.xa.rollback(branch, code -> rolledBack(branch, code));
            case FORGOTTEN, OVER -> throw new IllegalStateException(branch + " is " + branch.state);
        }
    }

    private static void prepared(SimBranch branch, int code) {
        switch (code) {
            case XAResource.XA_OK -> branch.state = SimBranch.State.PREPARED;
            case XAException.XAER_PROTO -> {
                // A session that is lost works in it still.
            }
            case XaCalls.UNANSWERED -> branch.state = SimBranch.State.ROLLING_BACK;
            default -> branch.state = SimBranch.State.OVER;
        }
    }

    private static void committedAtOnce(SimBranch branch, int code) {
        switch (code) {
            case XAException.XAER_PROTO -> {
                // A session that is lost works in it still.
            }
            case XaCalls.UNANSWERED -> branch.state = SimBranch.State.ROLLING_BACK;
            default -> branch.state = SimBranch.State.OVER;
        }
    }

    private static void committed(SimBranch branch, int code) {
        if (code != XaCalls.UNANSWERED) {
            branch.state = SimBranch.State.OVER;
        }
    }

    private static void rolledBack(SimBranch branch, int code) {
        if (code == XaCalls.UNANSWERED) {
            branch.state = SimBranch.State.ROLLING_BACK;
        } else if (code != XAException.XAER_PROTO) {
            branch.state = SimBranch.State.OVER;
        }
    }

    /** Asks the server for prepared branches; what it has not decided to commit is rolled back. */
    void recover(SimClient client) {
        client.xa.recover(xids -> {
            for (SimBranch branch : branches) {
                if (branch.state == SimBranch.State.FORGOTTEN && xids.contains(branch.xid)) {
                    branch.state = SimBranch.State.ROLLING_BACK;
                }
            }
            checkKnown(xids);
        });
    }

    private void checkKnown(List<Xid> xids) {
        for (Xid xid : xids) {
            if (xid.formatId() > lastNumber) {
                throw new AssertionError("A branch that nobody began is told of: " + xid);
            }
        }
    }

    /** Forgets all branches but those that it has decided to commit. */
    void crash() {
        trace.add("the transaction manager crashes");
        for (SimBranch branch : branches) {
            if (branch.state != SimBranch.State.COMMITTING && branch.state != SimBranch.State.OVER && !branch.calling) {
                branch.state = SimBranch.State.FORGOTTEN;
            }
        }
    }
}
