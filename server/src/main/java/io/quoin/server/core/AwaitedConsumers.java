// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.ConsumingRecord;
import io.quoin.server.model.RecordType;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * After an unclean stop: the connections that may hold messages still, and come back to say which. Until all of those that
 * consumed from a queue or subscription are back, or their time is over, nobody gets what may have been handed out of it before,
 * nor anything of the same groups: so nobody gets a message, or the next one of a group, that another application is working
 * on. Everything else flows, and so does what is sent after the start. Of an exclusive queue nothing does, as long as something
 * of it is out.
 *
 * <p>Which messages those are the hand-out marks say, which lie up to {@link HandOut#RESERVE} messages ahead of what was
 * delivered; where delivery is strict the permits say it exactly, and {@link Doubts} sees to them.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class AwaitedConsumers {

    /** Messages that one step lets go. */
    private static final int STEP = 2_000;

    private final Now now;
    private final long graceMs;
    private final ConsumingTable consuming;
    private final Sources sources;
    private final ReadySources ready;
    private final Timers timers;
    private final Recorder recorder;
    private final UnforcedConsumers unforced;
    private final Set<UUID> awaited = new LinkedHashSet<>();
    /** What nobody gets for now, by the number of its source. */
    private final Map<Integer, HeldBack> held = new LinkedHashMap<>();
    /** What everybody may have again, step by step; of these sources nothing goes out meanwhile, so that order is kept. */
    private final ArrayDeque<HeldBack> releasing = new ArrayDeque<>();

    private long untilMs;

    /** @param graceMs how long a connection is awaited; 0 for not at all */
    AwaitedConsumers(
            Now now,
            long graceMs,
            ConsumingTable consuming,
            Sources sources,
            ReadySources ready,
            Timers timers,
            Recorder recorder) {
        this.now = now;
        this.graceMs = graceMs;
        this.consuming = consuming;
        this.sources = sources;
        this.ready = ready;
        this.timers = timers;
        this.recorder = recorder;
        this.unforced = new UnforcedConsumers(ready);
    }

    /** The server has started: whoever consumed when it ended without a word may come back. */
    void booted() {
        awaited.addAll(consuming.connections());
        untilMs = now.monotonicMs() + graceMs;
        if (graceMs == 0) {
            giveUp();
        } else {
            awaitedSources().forEach(this::holdBack);
        }
    }

    private void holdBack(int number) {
        Source source = sources.find(number);
        if (source != null) {
            HeldBack some = new HeldBack(source);
            if (!some.isEmpty()) {
                held.put(number, some);
            }
        }
    }

    /** Whether nothing may go out of it for the moment. */
    boolean holds(Source source) {
        return !releasing.isEmpty() && releasing.stream().anyMatch(one -> one.source() == source);
    }

    /** Whether a message is held back: then it is that of the client that says that its application has it. */
    boolean reclaims(Source source, int priority, long arrival) {
        HeldBack some = find(source);
        return some != null && some.reclaim(priority, arrival);
    }

    private @Nullable HeldBack find(Source source) {
        HeldBack some = held.get(source.number());
        for (HeldBack one : releasing) {
            some = one.source() == source ? one : some;
        }
        return some;
    }

    /** A consumer is opened, whatever it holds when the server ends: it is served when the log tells of its connection. */
    void consuming(Consumer consumer) {
        ClientConnection c = consumer.session().connection();
        Source source = consumer.source();
        if (source.isDurable() && !consuming.contains(c.id(), source.number())) {
            ConsumingRecord.putBegun(recorder.begin(true, RecordType.CONSUMING, 0), source.number(), c.id());
            unforced.recorded(c.id(), source, recorder.end());
        }
        unforced.opened(consumer);
        if (!awaited.contains(c.id())
                && source instanceof Subscription subscription
                && !subscription.subscribed().shared()) {
            letGo(source.number()); // it has taken over from whoever consumed before
        }
    }

    /** The log is durable up to {@code position}. */
    void durable(long position) {
        unforced.durable(position);
    }

    /** Whether a consumer waits for the log. */
    boolean isUnforced() {
        return unforced.isWaiting();
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
        int work = awaited.isEmpty() || now.monotonicMs() < untilMs ? 0 : giveUp();
        return work + release();
    }

    /** Whether {@link #tick} has something to do at once. */
    boolean hasWork() {
        return !releasing.isEmpty();
    }

    /** When {@link #tick} has something to do, on the monotonic clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        return awaited.isEmpty() ? Long.MAX_VALUE : untilMs;
    }

    /** How long those that are awaited have still, ms. */
    long leftMs() {
        return awaited.isEmpty() ? 0 : Math.max(0, untilMs - now.monotonicMs());
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
        Set<Integer> still = awaitedSources();
        for (Integer number : List.copyOf(held.keySet())) {
            if (!still.contains(number)) {
                letGo(number);
            }
        }
    }

    private Set<Integer> awaitedSources() {
        Set<Integer> numbers = new HashSet<>();
        awaited.forEach(id -> numbers.addAll(consuming.sources(id)));
        return numbers;
    }

    private void letGo(int number) {
        HeldBack some = held.remove(number);
        if (some != null) {
            releasing.add(some);
        }
    }

    private int release() {
        HeldBack first = releasing.peek();
        if (first == null) {
            return 0;
        }
        Source source = first.source();
        int work = source.isGone() ? 1 : first.release(STEP);
        if (source.isGone() || first.isEmpty()) {
            releasing.remove();
            long nextMs = source.messages().nextDeadlineMs();
            if (nextMs != Long.MAX_VALUE && !source.isGone()) {
                timers.touch(source, nextMs); // what has expired meanwhile
            }
            ready.add(source);
        }
        return work;
    }
}
