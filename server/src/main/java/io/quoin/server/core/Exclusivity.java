// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all but one consumer of an exclusive queue or subscription waiting. Exclusive is what was created with
 * {@code exclusive=true}, and what has a consumer that asks for it: then only such ones take part. The next consumer takes over
 * when the one before is gone and nothing is out any more, so that no two ever have messages at the same time.
 *
 * <p>A consumer that waits is not attached to its queue, and keeps the credit that its client grants.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Exclusivity {

    private final ReadySources ready;

    Exclusivity(ReadySources ready) {
        this.ready = ready;
    }

    /** A consumer is about to be attached, and is among those of its source: where one alone is served, it waits at first. */
    static void joining(Consumer consumer) {
        if (isExclusive(consumer.source())) {
            consumer.standby(true);
        }
    }

    /** Consumers have come or gone, or nothing is out any more: decides who is served. */
    void review(Source source) {
        source.changesHands(false);
        if (isExclusive(source)) {
            if (!onlyOneServed(source)) {
                handOver(source, best(source));
            }
        } else if (hasStandby(source)) {
            handOver(source, null);
        }
    }

    static boolean isExclusive(Source source) {
        return source.options().exclusive() || hasExclusive(source.consumers());
    }

    /** Sends all consumers to wait but one that may be served; whether there is one. */
    private static boolean onlyOneServed(Source source) {
        boolean found = false;
        for (Consumer consumer : List.copyOf(source.consumers())) {
            if (consumer.isStandby()) {
                continue;
            }
            if (!found && mayBeServed(consumer)) {
                found = true;
            } else {
                consumer.standby(true);
                recall(consumer);
            }
        }
        return found;
    }

    /** Serves one consumer, or all if it is null, as soon as nothing is out. */
    private void handOver(Source source, @Nullable Consumer to) {
        if (source.messages().out() > 0) {
            source.changesHands(true);
            return;
        }
        for (Consumer consumer : source.consumers()) {
            if (consumer.isStandby() && (to == null || to == consumer)) {
                consumer.standby(false);
            }
        }
        ready.add(source);
    }

    /** The consumer that is next: of the highest priority, and of these the oldest; rather not one whose socket is gone. */
    private static @Nullable Consumer best(Source source) {
        Consumer best = null;
        for (Consumer consumer : source.consumers()) {
            if (mayBeServed(consumer) && (best == null || isBetter(consumer, best))) {
                best = consumer;
            }
        }
        return best;
    }

    private static boolean isBetter(Consumer one, Consumer other) {
        boolean suspended = one.session().isSuspended();
        return suspended == other.session().isSuspended() ? one.priority() > other.priority() : !suspended;
    }

    /** Where the source itself is exclusive all consumers take part, elsewhere those that ask for it. */
    private static boolean mayBeServed(Consumer consumer) {
        return consumer.isExclusive() || consumer.source().options().exclusive();
    }

    private static boolean hasExclusive(List<Consumer> consumers) {
        for (int i = 0; i < consumers.size(); i++) {
            if (consumers.get(i).isExclusive()) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasStandby(Source source) {
        for (Consumer consumer : source.consumers()) {
            if (consumer.isStandby()) {
                return true;
            }
        }
        return false;
    }

    private static void recall(Consumer consumer) {
        if (consumer.hasUnseen() && !consumer.session().isSuspended()) {
            consumer.recall();
        }
    }
}
