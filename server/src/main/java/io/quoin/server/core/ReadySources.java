// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Queues and subscriptions that dispatch may have something to do for, in turn; so that nobody ever looks through all of
 * them. Confined to the owner of the group.
 */
final class ReadySources {

    private final ArrayDeque<Source> turn = new ArrayDeque<>();

    /** Something has changed for {@code source}: a message became visible, credit came, a message went back. */
    void add(Source source) {
        if (!source.isListed() && !source.isGone()) {
            source.listed(true);
            turn.add(source);
        }
    }

    /** The one whose turn it is, which leaves the list; null if there is none. */
    @Nullable
    Source poll() {
        Source source = turn.poll();
        if (source != null) {
            source.listed(false);
        }
        return source;
    }

    boolean isEmpty() {
        return turn.isEmpty();
    }

    int size() {
        return turn.size();
    }
}
