// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** When which process was not running, when it was killed, and when the server was down; learned from the whole history before it is judged. */
final class Silences {
    private record Span(long fromNs, long toNs) {}

    private final Map<Integer, List<Span>> silent = new HashMap<>();
    private final Map<Integer, Long> stoppedAt = new HashMap<>();
    private final Map<Integer, Long> killedAt = new HashMap<>();
    private final List<Span> serverDown = new ArrayList<>();

    /** Whether an event tells what was done to a process or to the server, and not what a consumer did. */
    static boolean isOfProcess(Event.Kind kind) {
        return switch (kind) {
            case KILLED, STOPPED, CONTINUED, STALLED, SERVER_KILLED, SERVER_UP -> true;
            default -> false;
        };
    }

    /** Takes the next event, in order of time. */
    void learn(Event event) {
        int process = Event.process(event.consumer());
        long now = event.timeNs();
        switch (event.kind()) {
            case STOPPED -> stoppedAt.put(process, now);
            case CONTINUED -> add(process, stoppedAt.remove(process), now);
            case STALLED -> add(process, now - TimeUnit.MILLISECONDS.toNanos(event.number()), now);
            case KILLED -> {
                killedAt.put(process, now);
                Long from = stoppedAt.remove(process);
                if (from != null) {
                    add(process, from, now);
                }
            }
            case SERVER_KILLED -> serverDown.add(new Span(now, Long.MAX_VALUE));
            case SERVER_UP ->
                serverDown.add(new Span(serverDown.remove(serverDown.size() - 1).fromNs(), now));
            default -> {}
        }
    }

    private void add(int process, long fromNs, long toNs) {
        silent.computeIfAbsent(process, p -> new ArrayList<>()).add(new Span(fromNs, toNs));
    }

    /** Whether the server may have given up a process by {@code nowNs}: it had then been silent for {@code afterNs} at some time since {@code sinceNs}. */
    boolean fenced(int process, long sinceNs, long nowNs, long afterNs) {
        return silent.getOrDefault(process, List.of()).stream()
                .anyMatch(s -> s.toNs > sinceNs && s.toNs - s.fromNs >= afterNs && nowNs >= s.fromNs + afterNs);
    }

    /** Whether the process was killed between the two times. */
    boolean killed(int process, long fromNs, long toNs) {
        Long at = killedAt.get(process);
        return at != null && at >= fromNs && at <= toNs;
    }

    /** Whether the server was down at some time between the two. */
    boolean serverDown(long fromNs, long toNs) {
        return serverDown.stream().anyMatch(s -> s.fromNs <= toNs && s.toNs >= fromNs);
    }
}
