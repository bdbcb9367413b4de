// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the server, from the call of {@link Channel#send} until SENT or REFUSED. The base class is for
 * sends that a caller waits for; others say in {@link #onSettled} what the outcome means.
 *
 * <p>Thread: filled by the sender, then as {@link Pending}.
 */
public class Send extends Pending {

    private final int session;
    private final Route route;
    private final int flags;
    private final long timeToLiveMs;
    private final long delayMs;
    private final long calledNs;
    private long sequence;
    private byte @Nullable [] message;
    private volatile boolean givenUp;

    /**
     * What goes into the SEND frame.
     *
     * @param flags of {@link io.quoin.protocol.FrameFlags}
     * @param timeToLiveMs 0 for no end
     * @param calledNs when the application called, by {@link System#nanoTime}
     */
    public Send(int session, Route route, int flags, long timeToLiveMs, long delayMs, long calledNs) {
        this.session = session;
        this.route = route;
        this.flags = flags;
        this.timeToLiveMs = timeToLiveMs;
        this.delayMs = delayMs;
        this.calledNs = calledNs;
    }

    public final int session() {
        return session;
    }

    public final Route route() {
        return route;
    }

    public final int flags() {
        return flags;
    }

    public final long timeToLiveMs() {
        return timeToLiveMs;
    }

    public final long delayMs() {
        return delayMs;
    }

    public final long calledNs() {
        return calledNs;
    }

    /** The number of the send on its connection, given when it is written. */
    public final long sequence() {
        return sequence;
    }

    /**
     * Called under the writer's lock when the number is known, before the message can be answered; must not block.
     */
    public void onSequence(long number) {
        this.sequence = number;
    }

    /** Keeps the message, to write it again. */
    public final void keep(byte[] sealed) {
        message = sealed;
    }

    /** The message as it was sealed; null if it is not kept. */
    public final byte @Nullable [] message() {
        return message;
    }

    /** It is not written again: nobody waits for it any more, or its outcome is as good as known. */
    public final void giveUp() {
        givenUp = true;
    }

    public final boolean isGivenUp() {
        return givenUp;
    }

    /** The server has refused this send. The next one to that destination asks again. */
    public final void refuse(JMSException why) {
        route.revoke(ErrorCode.QUEUE_FULL.code().equals(why.getErrorCode()));
        fail(why);
    }

    @Override
    public final String toString() {
        return "send a message to " + route.destination();
    }

    @Override
    protected void onSettled(@Nullable JMSException failure) {}
}
