// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.IdleSince;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Removed;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Removes durable subscriptions that nobody has consumed from for as long as their option {@code subscriptionExpiry} says.
 * Since when one has had no consumer is recorded, so that restarts do not begin the time anew; where the server stopped suddenly
 * while there was a consumer, it begins at the start.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class SubscriptionExpiry {

    /** Something of the subscription is not settled, in a session that closed its consumer or in a transaction: looked at again. */
    private static final long POSTPONE_MS = 60_000;

    private final Now now;
    private final Subscriptions subscriptions;
    private final Recorder recorder;
    private final ArrayDeque<SubscriptionInfo> expired = new ArrayDeque<>();
    private long count;
    /** When to look next: too early perhaps, never too late. */
    private long nextMs;

    SubscriptionExpiry(Now now, Subscriptions subscriptions, Recorder recorder) {
        this.now = now;
        this.subscriptions = subscriptions;
        this.recorder = recorder;
    }

    /** A consumer came or went. */
    void consumersChanged(Source source) {
        if (source instanceof Subscription subscription && subscription.canExpire() && !subscription.isGone()) {
            boolean isIdle = subscription.consumers().isEmpty();
            if (isIdle != subscription.idleSinceMs() > 0) {
                IdleSince.put(
                        recorder.begin(true, RecordType.SUBSCRIPTION_IDLE, 0),
                        subscription.number(),
                        isIdle ? now.wallMs() : 0);
                recorder.end();
                nextMs = Math.min(nextMs, subscription.expiresAtMs());
            }
        }
    }

    /** Removes what has expired; returns how many subscriptions that is. */
    int tick() {
        if (now.wallMs() < nextMs) {
            return 0;
        }
        long next = Long.MAX_VALUE;
        int removed = 0;
        for (Subscription subscription : subscriptions.durable()) {
            long expiresAtMs = subscription.expiresAtMs();
            if (expiresAtMs > now.wallMs()) {
                next = Math.min(next, expiresAtMs);
            } else if (subscription.messages().out() > 0
                    || !subscription.consumers().isEmpty()) {
                next = Math.min(next, now.wallMs() + POSTPONE_MS);
            } else {
                remove(subscription);
                removed++;
            }
        }
        nextMs = next;
        return removed;
    }

    /** When {@link #tick} wants to be called, on the server's clock. */
    long nextMs() {
        return nextMs;
    }

    /** One that was removed and that nobody was told of yet; null if there is none. */
    @Nullable
    SubscriptionInfo poll() {
        return expired.poll();
    }

    /** How many were removed since the start. */
    long count() {
        return count;
    }

    private void remove(Subscription subscription) {
        expired.add(subscription.info());
        count++;
        Removed.put(recorder.begin(true, RecordType.UNSUBSCRIBED, 0), subscription.number());
        recorder.end();
    }
}
