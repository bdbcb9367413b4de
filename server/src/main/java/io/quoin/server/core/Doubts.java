// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.message.MessageId;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.core.queue.Permit;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.StrictOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Strict delivery: messages whose consumer vanished while it may have had them in hand, and what becomes of them. Such a
 * message is out at nobody and holds its group, until somebody decides, its time-out comes, or the option {@code onInDoubt}
 * gives it to another consumer. After a restart all that was permitted is so, until its holder is back or the time for that
 * is over.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Doubts {

    /** Messages that one step takes. */
    private static final int STEP = 500;
    /** A message that is at a consumer when its time is over is looked at again so much later. */
    private static final long AGAIN_MS = 1_000;
    /** With fewer {@link #timeouts} nobody looks for those that have been decided. */
    private static final int TIMEOUTS_LEAST = 1_024;

    private final Now now;
    private final Sources sources;
    private final RangeWriter ranges;
    private final Permits permits;
    private final Redelivery redelivery;
    private final DeadLetters deadLetters;
    private final ReadySources ready;
    private final MessageIds ids;
    private final MessageRef found = new MessageRef();
    /** What may be decided by itself, by that time on the server's clock. */
    private final PriorityQueue<Due> timeouts = new PriorityQueue<>();
    /** After a restart: what was permitted to a session that may come back. */
    private final Set<Place> awaited = new LinkedHashSet<>();

    private long awaitedUntilMs;
    /** At so many {@link #timeouts} those are dropped that have been decided. */
    private int timeoutsToSweep = TIMEOUTS_LEAST;

    private record Place(Source source, int priority, long arrival) {}

    private record Due(long atMs, Place place) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return Long.compare(atMs, other.atMs);
        }
    }

    Doubts(
            Now now,
            Sources sources,
            RangeWriter ranges,
            Permits permits,
            Redelivery redelivery,
            DeadLetters deadLetters,
            ReadySources ready,
            MessageIds ids) {
        this.now = now;
        this.sources = sources;
        this.ranges = ranges;
        this.permits = permits;
        this.redelivery = redelivery;
        this.deadLetters = deadLetters;
        this.ready = ready;
        this.ids = ids;
    }

    // --- how messages become doubtful

    /** The server has started: what was permitted before is out at nobody. */
    void booted() {
        awaitedUntilMs = now.monotonicMs() + AwaitedTemporaries.GRACE_MS;
        for (Source source : sources.all()) {
            source.messages().permits().forEach((priority, arrival, permit) -> {
                if (permit.inDoubt()) {
                    enter(source, priority, arrival, permit);
                } else {
                    source.messages().hold(priority, arrival);
                    awaited.add(new Place(source, priority, arrival));
                }
            });
        }
    }

    /** A consumer has vanished: what it was permitted of these tags, and is not done with, is in doubt. */
    void lost(Consumer consumer, long firstTag, long lastTag) {
        Deliveries deliveries = consumer.deliveries();
        Source source = consumer.source();
        List<Place> lost = new ArrayList<>();
        long last = Math.min(lastTag, deliveries.permittedTo());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                lost.add(new Place(source, deliveries.priority(tag), deliveries.arrival(tag)));
                deliveries.done(tag);
            }
        }
        doubt(lost);
    }

    private void doubt(List<Place> places) {
        for (int i = 0; i < places.size(); ) {
            Source source = places.get(i).source;
            ranges.begin(RecordType.IN_DOUBT, source, 0);
            ranges.tail().putLong(now.wallMs());
            int from = i;
            for (; i < places.size() && places.get(i).source == source; i++) {
                ranges.add(places.get(i).priority, places.get(i).arrival);
            }
            ranges.end();
            for (Place place : places.subList(from, i)) {
                Permit permit = source.messages().permits().find(place.priority, place.arrival);
                if (permit != null) {
                    enter(source, place.priority, place.arrival, permit);
                } else {
                    source.messages().putBack(place.priority, place.arrival, 0);
                }
            }
            ready.add(source);
        }
    }

    /** A message is in doubt: holds it, or hands it on, as its queue says. */
    private void enter(Source source, int priority, long arrival, Permit permit) {
        MessageQueue messages = source.messages();
        messages.hold(priority, arrival);
        if (!messages.find(priority, arrival, found)) {
            return;
        }
        ids.want(found.position(), found.length());
        StrictOptions options = source.options().delivery();
        long atMs = decidesAtMs(options, permit);
        if (options.onInDoubt() == StrictOptions.OnInDoubt.ASK) {
            redelivery.comesBack(source, priority, arrival, false);
            ready.add(source);
        }
        if (atMs != Long.MAX_VALUE) {
            await(new Due(atMs, new Place(source, priority, arrival)));
        }
    }

    /** Most are decided long before their time: at most as many of those are kept as of others. */
    private void await(Due due) {
        if (timeouts.size() >= timeoutsToSweep) {
            timeouts.removeIf(one -> !isOpen(one));
            timeoutsToSweep = Math.max(TIMEOUTS_LEAST, 2 * timeouts.size());
        }
        timeouts.add(due);
    }

    /** Whether the message is in doubt still, since then. */
    private static boolean isOpen(Due due) {
        Source source = due.place.source;
        Permit permit = source.isGone() ? null : permit(due.place);
        return permit != null
                && permit.inDoubt()
                && decidesAtMs(source.options().delivery(), permit) <= due.atMs;
    }

    /** Times that are waited for, with some of what has been decided. */
    int awaitedTimeouts() {
        return timeouts.size();
    }

    private static long decidesAtMs(StrictOptions options, Permit permit) {
        boolean never = options.inDoubtTimeoutMs() == 0 && options.onInDoubt() != StrictOptions.OnInDoubt.REDELIVER;
        return never ? Long.MAX_VALUE : permit.atMs() + options.inDoubtTimeoutMs();
    }

    // --- time

    /** Does what is due; returns how much was done. */
    int tick() {
        int work = 0;
        if (!awaited.isEmpty() && now.monotonicMs() >= awaitedUntilMs) {
            work += giveUpWaiting();
        }
        while (!timeouts.isEmpty() && timeouts.element().atMs <= now.wallMs() && work < STEP) {
            Place place = timeouts.remove().place;
            timeout(place);
            work++;
        }
        return work;
    }

    private int giveUpWaiting() {
        List<Place> places = new ArrayList<>();
        for (Place place : awaited) {
            if (places.size() == STEP) {
                break;
            }
            places.add(place);
        }
        places.forEach(awaited::remove);
        int looked = places.size();
        places.removeIf(place -> place.source.isGone() || permit(place) == null);
        for (Place place : places) {
            // Perhaps it was seen: whoever gets it next is told.
            ranges.begin(RecordType.COUNTED, place.source, 0);
            ranges.add(place.priority, place.arrival);
            ranges.end();
        }
        doubt(places);
        return looked;
    }

    private void timeout(Place place) {
        Permit permit = place.source.isGone() ? null : permit(place);
        MessageQueue messages = place.source.messages();
        if (permit == null || !permit.inDoubt() || !messages.find(place.priority, place.arrival, found)) {
            return;
        }
        StrictOptions options = place.source.options().delivery();
        if (decidesAtMs(options, permit) > now.wallMs()) {
            return; // In doubt once more since then, which has a time of its own.
        }
        if (options.onInDoubt() == StrictOptions.OnInDoubt.REDELIVER) {
            if (found.isHeld()) {
                redelivery.comesBack(place.source, place.priority, place.arrival, false);
                ready.add(place.source);
            }
        } else if (found.isOut() && !found.isHeld()) {
            await(new Due(now.wallMs() + AGAIN_MS, place));
        } else {
            messages.hold(place.priority, place.arrival);
            deadLetters.move(
                    place.source,
                    place.priority,
                    place.arrival,
                    found.length(),
                    "in doubt for " + options.inDoubtTimeoutMs() + " ms in " + place.source.description());
        }
    }

    /** When {@link #tick} has something to do, on the server's clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        long timeoutMs = timeouts.isEmpty() ? Long.MAX_VALUE : timeouts.element().atMs;
        if (awaited.isEmpty()) {
            return timeoutMs;
        }
        return Math.min(timeoutMs, now.wallMs() + Math.max(0, awaitedUntilMs - now.monotonicMs()));
    }

    // --- holders that come back

    /**
     * Whether the message, which the client says its application holds, is this consumer's again: it was permitted to it, and
     * nobody has decided otherwise or got it meanwhile.
     */
    boolean reclaims(Consumer consumer, Frame.Claim claim) {
        Source source = consumer.source();
        MessageQueue messages = source.messages();
        Permit permit = messages.permits().find(claim.priority(), claim.arrival());
        if (permit == null) {
            if (!messages.claim(claim.priority(), claim.arrival())) {
                return false;
            }
            permits.reclaimed(consumer, claim.priority(), claim.arrival());
            return true;
        }
        if (!permit.isOf(consumer.session().connection().id(), consumer.number())) {
            return false;
        }
        if (awaited.remove(new Place(source, claim.priority(), claim.arrival()))) {
            return true;
        }
        if (!permit.inDoubt() || !messages.find(claim.priority(), claim.arrival(), found)) {
            return false;
        }
        if (found.isOut() && !found.isHeld()) {
            return false; // asked of another consumer
        }
        messages.hold(claim.priority(), claim.arrival());
        permits.reclaimed(consumer, claim.priority(), claim.arrival());
        return true;
    }

    /**
     * A client has named all that its application has: the rest of what the consumer was permitted is free.
     *
     * @param mayHaveBeenSeen whether its application had more, and has been told that it was rolled back
     */
    void reclaimedAll(Consumer consumer, boolean mayHaveBeenSeen) {
        Source source = consumer.source();
        UUID connectionId = consumer.session().connection().id();
        MessageQueue messages = source.messages();
        messages.permits().forEach((priority, arrival, permit) -> {
            boolean isFree = permit.isOf(connectionId, consumer.number())
                    && (awaited.remove(new Place(source, priority, arrival)) || permit.inDoubt());
            if (isFree && messages.find(priority, arrival, found)) {
                if (mayHaveBeenSeen) {
                    ranges.begin(RecordType.COUNTED, source, 0);
                    ranges.add(priority, arrival);
                    ranges.end();
                }
                goBack(source, priority, arrival);
            }
        });
    }

    /** Nobody doubts any more that it may be delivered. */
    private void goBack(Source source, int priority, long arrival) {
        boolean isHere = found.isHeld();
        permits.returned(source, priority, arrival);
        if (isHere) {
            redelivery.comesBack(source, priority, arrival, false);
        }
        ready.add(source);
    }

    // --- decisions

    /**
     * Decides a message in doubt.
     *
     * @throws Refusal if it is not in doubt
     */
    void resolve(Source source, MessageId id, Resolution resolution) throws Refusal {
        List<Place> matching = new ArrayList<>();
        source.messages().permits().forEach((priority, arrival, permit) -> {
            if (permit.inDoubt()
                    && source.messages().find(priority, arrival, found)
                    && ids.is(found.position(), found.length(), id)) {
                matching.add(new Place(source, priority, arrival));
            }
        });
        if (matching.isEmpty()) {
            String why = ids.isReading() ? "; some that are have yet to be read from the disk: ask again" : "";
            throw new Refusal(
                    ErrorCode.NOT_IN_DOUBT, "The message " + id + " is not in doubt in " + source.description() + why);
        }
        for (Place place : matching) {
            if (source.messages().find(place.priority, place.arrival, found) && found.isOut() && !found.isHeld()) {
                throw new Refusal(
                        ErrorCode.NOT_IN_DOUBT,
                        "The message " + id + " of " + source.description()
                                + " is being delivered to a consumer, whose acknowledgement decides");
            }
            decide(place, resolution);
        }
    }

    /** Decides all that is in doubt in a source and at nobody; returns how many that were. */
    int resolveAll(Source source, Resolution resolution) {
        List<Place> all = new ArrayList<>();
        source.messages().permits().forEach((priority, arrival, permit) -> {
            if (permit.inDoubt()
                    && source.messages().find(priority, arrival, found)
                    && (found.isHeld() || !found.isOut())) {
                all.add(new Place(source, priority, arrival));
            }
        });
        all.forEach(place -> decide(place, resolution));
        return all.size();
    }

    /** Decides a message that is at nobody. */
    private void decide(Place place, Resolution resolution) {
        Source source = place.source;
        switch (resolution) {
            case CONSUMED -> {
                ranges.begin(RecordType.ACK, source, 0);
                ranges.add(place.priority, place.arrival);
                ranges.end();
            }
            case RETRY -> {
                if (source.messages().find(place.priority, place.arrival, found)) {
                    goBack(source, place.priority, place.arrival);
                }
            }
        }
    }

    // --- administration

    /** What is in doubt, by source and arrival; of one source unless {@code only} is null. */
    List<DoubtInfo> list(@Nullable Source only) {
        List<DoubtInfo> all = new ArrayList<>();
        for (Source source : only == null ? sources.all() : List.of(only)) {
            source.messages().permits().forEach((priority, arrival, permit) -> {
                if (permit.inDoubt() && source.messages().find(priority, arrival, found)) {
                    all.add(info(source, permit));
                }
            });
        }
        return all;
    }

    private DoubtInfo info(Source source, Permit permit) {
        return new DoubtInfo(
                source.destinationName(),
                source instanceof Subscription subscription
                        ? String.valueOf(subscription.subscribed().name())
                        : null,
                ids.find(found.position(), found.length()),
                found.priority(),
                found.arrival(),
                found.length(),
                found.grouped(),
                permit.atMs(),
                Math.max(0, now.wallMs() - permit.atMs()),
                decidesAtMs(source.options().delivery(), permit),
                permit.connectionId(),
                !found.isHeld());
    }

    private static @Nullable Permit permit(Place place) {
        return place.source.messages().permits().find(place.priority, place.arrival);
    }
}
