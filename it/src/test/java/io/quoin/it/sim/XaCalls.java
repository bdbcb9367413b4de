// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import javax.transaction.xa.XAResource;

/** How a client passes on what is asked of its {@code XAResource}s. */
final class XaCalls {

    /** What is told where a call was not answered, or not with a code. */
    static final int UNANSWERED = Integer.MIN_VALUE;

    private final SimClient client;
    private final Wire wire;

    XaCalls(SimClient client, Wire wire) {
        this.client = client;
        this.wire = wire;
    }

    // --- a session's work

    void start(SimSession session, SimBranch branch, int flags, long timeoutMs) {
        session.waiting = "start";
        session.enter(branch);
        int request = request(code -> {
            session.waiting = null;
            if (code != XAResource.XA_OK) {
                session.leave(branch);
            }
        });
        wire.write(session.number, new Frame.XaStart(request, branch.xid, flags, timeoutMs));
    }

    void end(SimSession session, SimBranch branch, int flags) {
        session.waiting = "end";
        int request = request(code -> {
            session.waiting = null;
            if (code == XAResource.XA_OK && flags == XAResource.TMSUSPEND) {
                session.suspend();
            } else {
                session.leave(branch);
            }
        });
        wire.write(session.number, new Frame.XaEnd(request, branch.xid, flags, session.handed()));
    }

    /** The answer of a call that a session waits for; if there is none, the session is given up. */
    private int request(IntConsumer answered) {
        return wire.request(ok -> answered.accept(code(ok)), failure -> answered.accept(UNANSWERED), () -> {});
    }

    // --- completion

    void prepare(SimBranch branch, IntConsumer answered) {
        call(branch, answered, request -> new Frame.XaPrepare(request, branch.xid));
    }

    void commit(SimBranch branch, IntConsumer answered) {
        call(branch, answered, request -> new Frame.XaCommit(request, branch.xid, false, 0));
    }

    /** If the answer is lost, the client asks for the outcome as for that of a local transaction. */
    void commitInOnePhase(SimBranch branch, IntConsumer answered) {
        long number = client.transacting.number();
        IntConsumer noted = code -> {
            if (code == UNANSWERED) {
                client.transacting.isInDoubt(number);
            }
            answered.accept(code);
        };
        call(branch, noted, request -> new Frame.XaCommit(request, branch.xid, true, number));
    }

    void rollback(SimBranch branch, IntConsumer answered) {
        call(branch, answered, request -> new Frame.XaRollback(request, branch.xid));
    }

    private void call(SimBranch branch, IntConsumer answered, IntFunction<Frame> frame) {
        branch.calling = true;
        IntConsumer done = code -> {
            branch.calling = false;
            answered.accept(code);
        };
        int request = wire.request(
                ok -> done.accept(code(ok)), failure -> done.accept(UNANSWERED), () -> done.accept(UNANSWERED));
        wire.write(0, frame.apply(request));
    }

    private static int code(Frame.Ok ok) throws ProtocolException {
        return Result.XaDone.of(ok).xaCode();
    }

    void recover(Consumer<List<Xid>> answered) {
        int request =
                wire.request(ok -> answered.accept(Result.XaRecovered.of(ok).xids()), failure -> {});
        wire.write(0, new Frame.XaRecover(request, 0));
    }
}
