// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened last, for people who look into a failing seed. */
public final class Trace {

    private final Deque<String> lines = new ArrayDeque<>();
    private final int linesMax;
    private long count;

    /** Keeps the last {@code linesMax} lines. */
    public Trace(int linesMax) {
        this.linesMax = linesMax;
    }

    /** Adds a line; {@code parts} are put together only if lines are kept at all. */
    public void add(Object... parts) {
        count++;
        if (linesMax == 0) {
            return;
        }
        if (lines.size() == linesMax) {
            lines.removeFirst();
        }
        StringBuilder line = new StringBuilder(80).append(count).append(' ');
        for (Object part : parts) {
            line.append(part);
        }
        lines.addLast(line.toString());
    }

    /** How many lines there were, kept or not: two runs of one seed have the same. */
    public long count() {
        return count;
    }

    /** The lines that are kept, the oldest first. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
