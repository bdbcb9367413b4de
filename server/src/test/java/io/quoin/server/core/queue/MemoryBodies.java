// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.HashMap;
import java.util.Map;

/** Bodies that are always there, counting the references to each. */
final class MemoryBodies implements Bodies {
    private final Map<Long, Integer> references = new HashMap<>();

    @Override
    public boolean ready(long position, int length) {
        return true;
    }

    @Override
    public void live(long position, int length) {
        references.merge(position, 1, Integer::sum);
    }

    @Override
    public void dead(long position, int length) {
        if (references.merge(position, -1, Integer::sum) == 0) {
            references.remove(position);
        }
    }

    int live() {
        return references.size();
    }
}
