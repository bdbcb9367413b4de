// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

/** When a message expires and is due, by the server's clock alone: what the producer's clock says does not matter. */
final class Timing {

    private Timing() {}

    /** The server was given the send at {@code nowMs}. */
    static void received(Sent sent, long nowMs, long ageMs) {
        long sentMs = nowMs - ageMs;
        if (sent.expires()) {
            long expires = sentMs + sent.wish.timeToLiveMs();
            sent.expiresFromMs = sent.expiresFromMs == 0 ? expires : Math.min(sent.expiresFromMs, expires);
            sent.expiresToMs = Math.max(sent.expiresToMs, expires);
        }
        if (sent.wish.delayMs() > 0) {
            long due = sentMs + sent.wish.delayMs();
            sent.dueFromMs = sent.dueFromMs == 0 ? due : Math.min(sent.dueFromMs, due);
            // A frame that lay on the link for long says less of its age than one that is written again after it.
            sent.dueToMs = Math.max(sent.dueToMs, due);
        }
    }

    /** Whether nobody may be given it any more. */
    static boolean isExpired(Sent sent, long nowMs) {
        return sent.expires() && nowMs > sent.expiresToMs + ServerView.TOLERANCE_MS;
    }

    /** Whether the server may have dropped it. */
    static boolean mayHaveExpired(Sent sent, long nowMs) {
        return sent.expires() && nowMs >= sent.expiresFromMs - ServerView.TOLERANCE_MS;
    }

    static boolean isEarly(Sent sent, long nowMs) {
        return nowMs < sent.dueFromMs;
    }

    static boolean isCertainlyDue(Sent sent, long nowMs) {
        return sent.wish.delayMs() == 0 || nowMs > sent.dueToMs + ServerView.TOLERANCE_MS;
    }
}
