// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something whose outcome the server has still to tell. One thread may wait for it; an interrupt neither ends the waiting
 * nor is lost.
 *
 * <p>Thread: settled once, by the reader or by whoever ends the connection; awaited by at most one other.
 */
public abstract class Pending {

    private static final Object DONE = new Object();

    private volatile @Nullable Object outcome;
    private volatile @Nullable Thread waiter;

    /** It went well. */
    public final void succeed() {
        settle(DONE);
    }

    /** It did not. */
    public final void fail(JMSException failure) {
        settle(failure);
    }

    private void settle(Object value) {
        if (outcome != null) {
            return;
        }
        onSettled(value instanceof JMSException failure ? failure : null);
        outcome = value;
        LockSupport.unpark(waiter);
    }

    /** Forgets the outcome, so that it can be asked for again; only when nobody settles it any more. */
    public final void renew() {
        outcome = null;
    }

    /** Called once, before anybody who waits goes on, on the thread that settles; must not block. */
    protected void onSettled(@Nullable JMSException failure) {}

    public final boolean isSettled() {
        return outcome != null;
    }

    /**
     * Waits for the outcome.
     *
     * @param timeoutMs how long at most
     * @param timeoutCode the error of waiting in vain
     * @param what what is being waited for and where, for the text of that error
     * @throws JMSException the failure, made anew for this thread, or the time-out
     */
    public final void await(long timeoutMs, ErrorCode timeoutCode, Object what) throws JMSException {
        Object value = outcome;
        if (value == null) {
            value = park(timeoutMs);
        }
        if (value instanceof JMSException failure) {
            throw JmsErrors.again(failure);
        }
        if (value == null) {
            throw JmsErrors.of(timeoutCode, "No answer within " + timeoutMs + " ms to: " + what);
        }
    }

    private @Nullable Object park(long timeoutMs) {
        long start = System.nanoTime();
        long timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        boolean interrupted = false;
        waiter = Thread.currentThread();
        Object value = outcome;
        while (value == null) {
            long left = timeoutNs - (System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
            value = outcome;
        }
        waiter = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return value;
    }
}
