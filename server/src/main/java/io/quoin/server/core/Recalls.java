// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Frame;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes back what a consumer was sent ahead and does not get to, when another one of the same queue has nothing to do: so
 * that an idle neighbour has work within a second, however much is prefetched. What comes back is shared out anew among all
 * that have credit.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Recalls {

    /** A consumer that has not finished anything for so long is busy with what it has in hand. */
    private static final long PATIENCE_MS = 500;

    private static final long CHECK_EVERY_MS = 250;

    private final Now now;
    /** Queues and subscriptions with more than one consumer. */
    private final Set<Source> shared = new LinkedHashSet<>();

    private long checkAtMs;

    Recalls(Now now) {
        this.now = now;
    }

    /** A consumer came or went. */
    void consumersChanged(Source source) {
        if (source.consumers().size() > 1) {
            shared.add(source);
        } else {
            shared.remove(source);
        }
    }

    /** Asks for what is to come back; returns how many consumers were asked. */
    int tick() {
        if (shared.isEmpty() || now.monotonicMs() < checkAtMs) {
            return 0;
        }
        checkAtMs = now.monotonicMs() + CHECK_EVERY_MS;
        int asked = 0;
        for (Source source : shared) {
            if (!source.messages().ready() && hasIdle(source.consumers())) {
                asked += recall(source.consumers());
            }
        }
        return asked;
    }

    /** When {@link #tick} wants to be called, on the monotonic clock; {@link Long#MAX_VALUE}: never. */
    long nextMs() {
        for (Source source : shared) {
            if (source.messages().out() > 0) {
                return checkAtMs;
            }
        }
        return Long.MAX_VALUE;
    }

    private static boolean hasIdle(List<Consumer> consumers) {
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            if (consumer.hasCredit()
                    && consumer.deliveries().count() == 0
                    && !consumer.isPaused()
                    && !consumer.isStandby()
                    && !consumer.session().isSuspended()) {
                return true;
            }
        }
        return false;
    }

    private int recall(List<Consumer> consumers) {
        int asked = 0;
        for (Consumer consumer : new ArrayList<>(consumers)) {
            if (consumer.hasUnseen()
                    && !consumer.session().isSuspended()
                    && now.monotonicMs() - consumer.progressAtMs() >= PATIENCE_MS) {
                // Asked again only if it is as stuck as this once more.
                consumer.progressAtMs(now.monotonicMs());
                ClientSession session = consumer.session();
                session.connection().outlet().recall(session.number(), consumer.number(), Frame.Recall.ALL_SLOTS);
                asked++;
            }
        }
        return asked;
    }
}
