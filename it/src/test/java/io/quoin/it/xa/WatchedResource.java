// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A resource under the eyes of a test, which sees what a transaction manager calls, and what is answered.
 *
 * <p>Thread: as the resource.
 */
final class WatchedResource implements XAResource {

    private final XAResource resource;
    private final Watch watch;

    WatchedResource(XAResource resource, Watch watch) {
        this.resource = resource;
        this.watch = watch;
    }

    /** What is called. */
    enum Method {
        START,
        END,
        PREPARE,
        COMMIT,
        COMMIT_ONE_PHASE,
        ROLLBACK,
        FORGET;

        /** Whether it decides over a branch. */
        boolean completes() {
            return this == PREPARE || this == COMMIT || this == COMMIT_ONE_PHASE;
        }
    }

    /** Sees each call. */
    interface Watch {

        /** A call is about to be made. */
        default void before(Method method, Xid xid, int flags) {}

        /** A call has returned {@code answer}, or an exception with that code. */
        default void after(Method method, Xid xid, int flags, int answer) {}
    }

    @FunctionalInterface
    private interface Call {
        int make() throws XAException;
    }

    @FunctionalInterface
    private interface VoidCall {
        void make() throws XAException;
    }

    private int watched(Method method, Xid xid, int flags, Call call) throws XAException {
        watch.before(method, xid, flags);
        int answer;
        try {
            answer = call.make();
        } catch (XAException e) {
            watch.after(method, xid, flags, e.errorCode);
            throw e;
        }
        watch.after(method, xid, flags, answer);
        return answer;
    }

    private void watched(Method method, Xid xid, int flags, VoidCall call) throws XAException {
        watched(method, xid, flags, (Call) () -> {
            call.make();
            return XA_OK;
        });
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        watched(Method.START, xid, flags, (VoidCall) () -> resource.start(xid, flags));
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        watched(Method.END, xid, flags, (VoidCall) () -> resource.end(xid, flags));
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return watched(Method.PREPARE, xid, TMNOFLAGS, (Call) () -> resource.prepare(xid));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        Method method = onePhase ? Method.COMMIT_ONE_PHASE : Method.COMMIT;
        watched(method, xid, TMNOFLAGS, (VoidCall) () -> resource.commit(xid, onePhase));
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        watched(Method.ROLLBACK, xid, TMNOFLAGS, (VoidCall) () -> resource.rollback(xid));
    }

    @Override
    public void forget(Xid xid) throws XAException {
        watched(Method.FORGET, xid, TMNOFLAGS, (VoidCall) () -> resource.forget(xid));
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return resource.recover(flags);
    }

    @Override
    public boolean isSameRM(XAResource other) throws XAException {
        return resource.isSameRM(other instanceof WatchedResource watched ? watched.resource : other);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }
}
