// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All queues and subscriptions by the numbers that records give them. Confined to the owner of the group. */
final class Sources {

    private final IntMap<Source> byNumber = new IntMap<>();

    void add(Source source) {
        byNumber.put(source.number(), source);
    }

    void remove(Source source) {
        byNumber.remove(source.number());
        source.gone();
    }

    /** The queue or subscription of that number, or null if it has been removed. */
    @Nullable
    Source find(int number) {
        return byNumber.get(number);
    }

    /** In the order of their numbers: first the volatile ones. */
    List<Source> all() {
        return byNumber.values();
    }
}
