// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

/**
 * How much the server may send a consumer ahead: totals of messages and bytes since the beginning of its link, raised as the
 * application takes what has come.
 *
 * <p>Thread: under the lock of its session's {@link Inbox}.
 */
final class CreditWindow {

    /**
     * What a new consumer may have waiting, doubled whenever it has used half of it: many are opened to receive one message,
     * and what they do not get to would travel to and fro.
     */
    private static final long FIRST_WINDOW = 16;

    private final Backlog waiting;
    private long windowMessages;
    private final long windowBytes;
    /** How many messages may wait now; up to the most that may ever. */
    private long window;
    /** How many had been taken when the window was set. */
    private long takenAtWindow;

    private long received;
    private long receivedBytes;
    private long limitMessages;
    private long limitBytes;
    /** Whether there was credit when the link was lost. */
    private boolean hadCredit;

    /**
     * No credit.
     *
     * @param windowMessages 0 if every receive asks for its message
     * @param waiting what has come and was not taken
     */
    CreditWindow(long windowMessages, long windowBytes, Backlog waiting) {
        this.windowMessages = windowMessages;
        this.windowBytes = windowBytes;
        this.waiting = waiting;
        this.window = Math.min(FIRST_WINDOW, windowMessages);
    }

    /** Whether there is none: every receive asks for its message. */
    boolean asksForEach() {
        return windowMessages == 0;
    }

    /** The highest tag that has come. */
    long received() {
        return received;
    }

    void received(long tag, int sizeBytes) {
        received = tag;
        receivedBytes += sizeBytes;
    }

    long limitMessages() {
        return limitMessages;
    }

    long limitBytes() {
        return limitBytes;
    }

    /** Whether the server may send something of its own accord. */
    boolean hasCredit() {
        return limitMessages > received && limitBytes > receivedBytes;
    }

    /** Whether half of the window has been used up since the server was last told. */
    boolean isDue() {
        if (windowMessages == 0) {
            return false;
        }
        return wantedMessages() - limitMessages >= (window + 1) / 2
                || wantedBytes() - limitBytes >= (windowBytes + 1) / 2;
    }

    /** Sets the limits as {@link #renew}; false if that grants no further message. */
    boolean grantsMore() {
        long before = limitMessages;
        if (windowMessages > 0) {
            renew();
        }
        return limitMessages > before;
    }

    /** Sets the limits to the whole window beyond what the application has had. */
    void renew() {
        long taken = received - waiting.size();
        if (taken - takenAtWindow >= (window + 1) / 2) {
            window = Math.min(windowMessages, 2 * window);
            takenAtWindow = taken;
        }
        limitMessages = Math.max(limitMessages, wantedMessages());
        limitBytes = Math.max(limitBytes, wantedBytes());
    }

    /** From now on so many may wait; what the server has been granted before stays. */
    void resize(int messages) {
        windowMessages = messages;
        window = messages;
        takenAtWindow = received - waiting.size();
    }

    /** Who does not get to what was sent ahead begins small again. */
    void shrink() {
        window = Math.min(FIRST_WINDOW, windowMessages);
        takenAtWindow = received;
    }

    /** Sets the limits to so many messages more than what has come. */
    void grant(int messages) {
        limitMessages = received + messages;
        limitBytes = receivedBytes + windowBytes;
    }

    /** The server has withdrawn what credit was left. */
    void withdraw() {
        limitMessages = received;
        limitBytes = receivedBytes;
    }

    /**
     * A new link begins without credit, and nothing that was told before is relied on.
     *
     * @param from the highest tag that is still this consumer's
     */
    void restart(long from) {
        received = from;
        hadCredit |= limitMessages > received;
        receivedBytes = 0;
        limitMessages = received;
        limitBytes = 0;
    }

    /** Everything is in its place on the new link: sets the limits that there would be now. */
    void flow() {
        // Who had none gets some when somebody wants a message.
        if (hadCredit && windowMessages > 0) {
            renew();
        } else if (hadCredit) {
            grant(1);
        }
        hadCredit = false;
    }

    private long wantedMessages() {
        return received - waiting.size() + window;
    }

    private long wantedBytes() {
        return receivedBytes - waiting.bytes() + windowBytes;
    }
}
