// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.ConsumingRecord;
import io.quoin.server.model.RecordType;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/**
 * After an unclean stop: the connections that may hold messages still, and come back to say which. Until all of those that
 * consumed from a queue or subscription are back, or their time is over, nothing of it goes out, if anything in it may be in
 * the hands of one of them: so nobody gets a message, or the next one of a group, that another application is working on. Where
 * nothing was out, or nobody is missing, nothing waits.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class AwaitedConsumers {

    private final Now now;
    private final long graceMs;
    private final ConsumingTable consuming;
    private final Sources sources;
    private final ReadySources ready;
    private final Recorder recorder;
    private final Set<UUID> awaited = new LinkedHashSet<>();
    /** Numbers of what those have consumed from. */
    private final Set<Integer> held = new HashSet<>();

    private long untilMs;

    /** @param graceMs how long a connection is awaited; 0 for not at all */
    AwaitedConsumers(
            Now now, long graceMs, ConsumingTable consuming, Sources sources, ReadySources ready, Recorder recorder) {
        this.now = now;
        this.graceMs = graceMs;
        this.consuming = consuming;
        this.sources = sources;
        this.ready = ready;
        this.recorder = recorder;
    }

    /** The server has started: whoever consumed when it ended without a word may come back. */
    void booted() {
        awaited.addAll(consuming.connections());
        untilMs = now.monotonicMs() + graceMs;
        if (graceMs == 0) {
            giveUp();
        } else {
            review();
        }
    }

    /** Whether nothing may go out of it for now. */
    boolean holds(Source source) {
        return !held.isEmpty()
                && held.contains(source.number())
                && source.messages().hasUncertain();
    }

    /** The connection has a consumer, whatever it holds when the server ends. */
    void consuming(ClientConnection c, Source source) {
        if (source.isDurable() && !consuming.contains(c.id(), source.number())) {
            ConsumingRecord.putBegun(recorder.begin(true, RecordType.CONSUMING, 0), source.number(), c.id());
            recorder.end();
        }
    }

    /** A client has come back, and has said what it holds. */
    void returned(ClientConnection c) {
        if (awaited.remove(c.id())) {
            review();
        }
    }

    /** The connection has been closed. */
    void left(ClientConnection c) {
        end(c.id());
        returned(c);
    }

    /** The connection was lost, and what it had is back in its places; one that is awaited may come once more. */
    void lost(ClientConnection c) {
        if (!awaited.contains(c.id())) {
            end(c.id());
        }
    }

    private void end(UUID connectionId) {
        if (consuming.contains(connectionId)) {
            ConsumingRecord.putEnded(recorder.begin(true, RecordType.CONSUMING_ENDED, 0), connectionId);
            recorder.end();
        }
    }

    /** When the time is over, nobody is awaited any more; returns how much was done. */
    int tick() {
        if (awaited.isEmpty() || now.monotonicMs() < untilMs) {
            return 0;
        }
        return giveUp();
    }

    /** When {@link #tick} has something to do, on the monotonic clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        return awaited.isEmpty() ? Long.MAX_VALUE : untilMs;
    }

    private int giveUp() {
        int work = awaited.size();
        awaited.forEach(this::end);
        awaited.clear();
        review();
        return work;
    }

    /** Lets go of what nobody is awaited for. */
    private void review() {
        Set<Integer> before = Set.copyOf(held);
        held.clear();
        awaited.forEach(id -> held.addAll(consuming.sources(id)));
        for (int number : before) {
            Source source = sources.find(number);
            if (source != null && !held.contains(number)) {
                ready.add(source);
            }
        }
    }
}
