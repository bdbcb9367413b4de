// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The messages of a {@link MemoryLog} and a {@link VolatileLog}; counts references, and can make messages cold. */
final class MemoryStore implements MessageStore {

    private final MemoryLog log;
    private final VolatileLog volatileLog;
    private final Map<Long, Integer> live = new HashMap<>();
    private final Set<Long> cold = new HashSet<>();
    private final RecordView view = new RecordView();
    boolean coldByDefault;
    /** Whether references are counted, which takes its time. */
    boolean isCounting = true;
    /** Messages that somebody looked into. */
    long reads;

    MemoryStore(MemoryLog log, VolatileLog volatileLog) {
        this.log = log;
        this.volatileLog = volatileLog;
    }

    @Override
    public RecordView record(long position) {
        reads++;
        if (position < 0) {
            volatileLog.read(position, view);
        } else {
            log.read(position, view);
        }
        return view;
    }

    @Override
    public boolean ready(long position, int length) {
        if (coldByDefault && position > 0 && cold.add(position)) {
            return false;
        }
        return true;
    }

    @Override
    public void live(long position, int length) {
        if (isCounting) {
            live.merge(position, 1, Integer::sum);
        }
        if (position < 0) {
            volatileLog.live(position);
        }
    }

    @Override
    public void dead(long position, int length) {
        int count = isCounting ? live.merge(position, -1, Integer::sum) : 0;
        if (count == 0) {
            live.remove(position);
        }
        if (count < 0) {
            throw new IllegalStateException("message at " + position + " died twice");
        }
        if (position < 0) {
            volatileLog.dead(position);
        }
    }

    /** Messages of the log before {@code position} that somebody refers to. */
    long liveBelow(long position) {
        return live.keySet().stream().filter(p -> p > 0 && p < position).count();
    }

    /** Messages that somebody refers to. */
    int liveCount() {
        return live.size();
    }

    /** Where messages lie that something refers to. */
    Set<Long> livePositions() {
        return Set.copyOf(live.keySet());
    }
}
