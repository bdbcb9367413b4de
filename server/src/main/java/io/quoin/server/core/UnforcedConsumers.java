// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/**
 * Consumers that get nothing yet, since the record that their connection consumes from their queue or subscription is not
 * durable: if the server ended without a word, its next life would not wait for them, and would give to others what they have
 * in hand. See {@link AwaitedConsumers}.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class UnforcedConsumers {

    private final ReadySources ready;
    /** In the order of the log. */
    private final ArrayDeque<Begun> begun = new ArrayDeque<>();

    /** A record that is not yet durable, and who waits for it. */
    private record Begun(UUID connection, Source source, long position, List<Consumer> consumers) {}

    UnforcedConsumers(ReadySources ready) {
        this.ready = ready;
    }

    /** The record that the connection consumes from {@code source} is in the log at {@code position}. */
    void recorded(UUID connection, Source source, long position) {
        begun.add(new Begun(connection, source, position, new ArrayList<>(1)));
    }

    /** The consumer waits if the record for its connection is not durable; another one of it may have been opened before. */
    void opened(Consumer consumer) {
        for (Iterator<Begun> latest = begun.descendingIterator(); latest.hasNext(); ) {
            Begun one = latest.next();
            if (one.source == consumer.source()
                    && one.connection.equals(consumer.session().connection().id())) {
                one.consumers.add(consumer);
                consumer.unforced(true);
                return;
            }
        }
    }

    /** Whether somebody waits for the log. */
    boolean isWaiting() {
        return !begun.isEmpty();
    }

    /** The log is durable up to {@code position}. */
    void durable(long position) {
        for (Begun first = begun.peek(); first != null && first.position < position; first = begun.peek()) {
            begun.remove();
            first.consumers.forEach(consumer -> consumer.unforced(false));
            ready.add(first.source);
        }
    }
}
