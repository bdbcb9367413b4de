// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.MessageTrack.Holding;
import io.quoin.it.groups.MessageTrack.State;
import io.quoin.it.groups.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Proves the promises of message groups over a recorded history, by effects alone: what an application could have written to a database of its own.
 *
 * <ol>
 *   <li>What is accepted (acknowledged, committed, or finished by a listener and never seen again) strictly increases per producer and group, with none missing.
 *   <li>A redelivery starts at the lowest message that was not accepted, and is flagged. What was accepted never comes again.
 *   <li>The intervals in which consumers work on one group do not overlap. An interval begins when the application is given the message and ends when it is about to acknowledge, to commit, to
 *       roll back or to close; or when its process is killed; or at the fence, which must have been possible: the process was not running for as long as its session may be silent.
 *   <li>After a fence, or any other delivery to somebody else, the former holder's acknowledgement or commit is refused. Without a reason nothing is refused, and nothing comes again.
 * </ol>
 *
 * <p>An application writes down a message some time after it was given it. Where its process was stopped in between for long enough, the delivery is judged as of its last event before that.
 *
 * <p>A message of which the producer never learned whether it was sent may be missing; so may a non-persistent one if the server was killed. Messages of one group must have one priority where the
 * provider orders by priority within a group.
 *
 * <p>Thread: any one; a checker is used once.
 */
public final class GroupChecker {
    private static final int EXCERPT_MAX = 30;
    /** After a start of the server its clients may take so long to be there again. */
    private static final long RECONNECT_WITHIN_NS = TimeUnit.SECONDS.toNanos(5);

    private record Lane(int producer, int group) {}

    private final Rules rules;
    private final List<Event> events;
    private final Silences silences = new Silences();
    private final Map<Lane, List<MessageTrack>> lanes = new HashMap<>();
    private final Map<Lane, Integer> floors = new HashMap<>();
    private final Map<Integer, ConsumerTrack> consumers = new HashMap<>();
    private final Map<Integer, List<Holding>> open = new HashMap<>();
    private final Map<Integer, Integer> lastConsumer = new HashMap<>();
    private final List<Event> processEvents = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    private GroupChecker(List<Event> events, Rules rules) {
        this.rules = rules;
        this.events =
                events.stream().sorted(Comparator.comparingLong(Event::timeNs)).toList();
    }

    /** Judges a history, whose events may be in any order: their times count. */
    public static List<Violation> check(List<Event> events, Rules rules) {
        return new GroupChecker(events, rules).run();
    }

    private List<Violation> run() {
        for (Event event : events) {
            learn(event);
        }
        for (Event event : events) {
            judge(event);
        }
        if (rules.drained()) {
            lanes.values().stream().flatMap(List::stream).forEach(this::judgeEnd);
        }
        return violations;
    }

    // First pass: what was sent, and what was done to the processes.

    private void learn(Event event) {
        silences.learn(event);
        switch (event.kind()) {
            case SENDING -> {
                MessageTrack message = track(event.message());
                message.sending = true;
                message.persistent = event.has(Event.PERSISTENT);
                message.trail.add(event);
            }
            case SENT -> track(event.message()).sent = true;
            case ABORTED -> track(event.message()).aborted = true;
            default -> {
                if (Silences.isOfProcess(event.kind())) {
                    processEvents.add(event);
                }
            }
        }
    }

    private MessageTrack track(MessageId id) {
        List<MessageTrack> lane = lanes.computeIfAbsent(new Lane(id.producer(), id.group()), l -> new ArrayList<>());
        while (lane.size() <= id.sequence()) {
            lane.add(new MessageTrack(new MessageId(id.producer(), id.group(), lane.size())));
        }
        return lane.get(id.sequence());
    }

    // Second pass: what the consumers did and saw.

    private void judge(Event event) {
        judgeByKind(event);
        ConsumerTrack consumer = consumers.get(event.consumer());
        if (consumer != null && !Silences.isOfProcess(event.kind())) {
            consumer.lastEventNs = event.timeNs();
        }
    }

    private void judgeByKind(Event event) {
        switch (event.kind()) {
            case OPENED ->
                consumers.put(
                        event.consumer(),
                        new ConsumerTrack(
                                event.consumer(),
                                TimeUnit.MILLISECONDS.toNanos(event.number()),
                                event.has(Event.TRANSACTED)));
            case DELIVERED -> delivered(event, consumer(event), track(event.message()));
            case ACCEPTING -> accepting(event, consumer(event));
            case ACCEPTED -> accepted(event, consumer(event));
            case REFUSED -> refused(event, consumer(event));
            case FINISHED -> finished(event, consumer(event));
            case RETURNING, CLOSING -> returned(event, consumer(event));
            case CLOSED -> closed(event, consumer(event));
            case KILLED ->
                consumers.values().stream()
                        .filter(c -> c.process() == Event.process(event.consumer()))
                        .forEach(c -> killed(event, c));
            default -> {}
        }
    }

    private ConsumerTrack consumer(Event event) {
        ConsumerTrack consumer = consumers.get(event.consumer());
        if (consumer == null) {
            throw new IllegalArgumentException("A consumer that was never opened: " + event);
        }
        return consumer;
    }

    private void delivered(Event event, ConsumerTrack consumer, MessageTrack message) {
        message.trail.add(event);
        Holding holding = new Holding(message, consumer, givenSince(event, consumer));
        if (isStale(event, holding)) {
            // What it does with it from now on may not count.
            holding.open = false;
            consumer.held.add(holding);
            return;
        }
        judgeContent(event, message);
        boolean overlapped = endOthers(event, consumer, message);
        judgeCause(event, message);
        if (!overlapped) {
            judgeOrder(event, consumer, message);
        }
        judgeFirst(event, message.id.group());
        message.deliveries++;
        message.holding = holding;
        message.done |= message.state == State.ACCEPTED;
        lastConsumer.put(message.id.group(), consumer.number);
        if (consumer.dead) {
            holding.open = false;
            message.state = State.WAITING;
        } else {
            message.state = State.HELD;
            consumer.held.add(holding);
            open.computeIfAbsent(message.id.group(), g -> new ArrayList<>()).add(holding);
        }
    }

    /** Since when a consumer may have had what it says that it has: it may have been stopped before it could say so. */
    private long givenSince(Event event, ConsumerTrack consumer) {
        boolean stopped =
                silences.fenced(consumer.process(), consumer.lastEventNs, event.timeNs(), consumer.fenceAfterNs);
        return stopped ? consumer.lastEventNs : event.timeNs();
    }

    /** Whether a consumer was given a message before a stop, in which another one got it. */
    private boolean isStale(Event event, Holding holding) {
        Holding other = holding.message.holding;
        if (other == null
                || other.consumer == holding.consumer
                || other.sinceNs <= holding.sinceNs
                || holding.sinceNs == event.timeNs()) {
            return false;
        }
        return !event.has(Event.REDELIVERED)
                || holding.message.state == State.ACCEPTED
                || (holding.message.state == State.FINISHED && !mayComeAgain(holding.message, event.timeNs()))
                || (other.open && !fenced(other, event.timeNs()));
    }

    private void judgeContent(Event event, MessageTrack message) {
        if (!message.sending) {
            violation(Kind.GHOST, message.id + " was never sent", event, message);
        } else if (message.aborted) {
            violation(Kind.GHOST, message.id + " was rolled back by its producer", event, message);
        }
        if (message.state == State.ACCEPTED) {
            violation(Kind.AGAIN, message.id + " came again after it was accepted", event, message);
        }
        boolean redelivered = event.has(Event.REDELIVERED);
        if (message.deliveries > 0 && !redelivered) {
            violation(Kind.UNFLAGGED, message.id + " came again and did not say so", event, message);
        } else if (redelivered != event.number() > 1) {
            violation(Kind.UNFLAGGED, message.id + " has delivery count " + event.number(), event, message);
        }
    }

    /** Ends the intervals of others who work on the group, if a fence can have ended them; otherwise they overlap. */
    private boolean endOthers(Event event, ConsumerTrack consumer, MessageTrack message) {
        boolean overlapped = false;
        for (Holding other : List.copyOf(open.getOrDefault(message.id.group(), List.of()))) {
            boolean same = other.consumer == consumer;
            if (same && other.message != message) {
                continue;
            }
            if (fenced(other, event.timeNs())) {
                end(other, State.WAITING);
                continue;
            }
            overlapped = true;
            violation(
                    Kind.OVERLAP,
                    same
                            ? message.id + " came again to the consumer that has it in hand"
                            : message.id + " was delivered to consumer " + name(consumer.number) + " while "
                                    + name(other.consumer.number) + " was at work on " + other.message.id,
                    event,
                    message,
                    other.message);
        }
        return overlapped;
    }

    private boolean fenced(Holding holding, long nowNs) {
        ConsumerTrack consumer = holding.consumer;
        return silences.fenced(consumer.process(), holding.sinceNs, nowNs, consumer.fenceAfterNs);
    }

    private void judgeCause(Event event, MessageTrack message) {
        if (message.state == State.FINISHED && !mayComeAgain(message, event.timeNs())) {
            violation(Kind.REPEATED, message.id + " came again though its listener had returned", event, message);
        }
    }

    /** What a listener has finished comes again only if the consumer or the server was lost before it could be acknowledged. */
    private boolean mayComeAgain(MessageTrack finished, long nowNs) {
        Holding by = finished.holding;
        long from = finished.finishedNs;
        long to = from + TimeUnit.MILLISECONDS.toNanos(rules.acknowledgedWithinMs());
        return by == null
                || silences.killed(by.consumer.process(), from, to)
                || fenced(by, nowNs)
                || silences.serverDown(from - RECONNECT_WITHIN_NS, nowNs);
    }

    /** Everything before a delivered message of its producer and group is accepted, or in the same hands. */
    private void judgeOrder(Event event, ConsumerTrack consumer, MessageTrack message) {
        Lane key = new Lane(message.id.producer(), message.id.group());
        List<MessageTrack> lane = lanes.get(key);
        int floor = floors.getOrDefault(key, 0);
        for (int i = floor; i < message.id.sequence(); i++) {
            MessageTrack earlier = lane.get(i);
            if (!passable(earlier, consumer, event.timeNs())) {
                violation(Kind.ORDER, message.id + " was delivered before " + earlier.id, event, message, earlier);
                break;
            }
            if (i == floor && (earlier.state == State.ACCEPTED || earlier.aborted || earlier.skipped)) {
                floor++;
            }
        }
        floors.put(key, floor);
        if (message.skipped) {
            violation(Kind.ORDER, message.id + " was delivered after later ones of its group", event, message);
        }
    }

    private boolean passable(MessageTrack earlier, ConsumerTrack consumer, long nowNs) {
        return switch (earlier.state) {
            case ACCEPTED -> true;
            case UNDECIDED, FINISHED -> {
                // Were it not accepted, it would have come again first.
                earlier.state = State.ACCEPTED;
                yield true;
            }
            case HELD -> earlier.holding != null && earlier.holding.consumer == consumer;
            case WAITING -> {
                earlier.skipped = earlier.aborted || mayBeMissing(earlier, nowNs);
                yield earlier.skipped;
            }
        };
    }

    private boolean mayBeMissing(MessageTrack message, long nowNs) {
        long sentNs = message.trail.isEmpty() ? 0 : message.trail.get(0).timeNs();
        return !message.sent || !message.persistent && silences.serverDown(sentNs, nowNs);
    }

    private void judgeFirst(Event event, int group) {
        Integer last = lastConsumer.get(group);
        if (rules.groupFirst() && (last == null || last != event.consumer()) && !event.has(Event.GROUP_FIRST)) {
            violation(
                    Kind.NOT_FIRST,
                    event.message() + " is the first of its group at consumer " + name(event.consumer())
                            + (last == null ? "" : ", before it was " + name(last)),
                    event,
                    track(event.message()));
        }
    }

    // Decisions.

    private List<Holding> take(ConsumerTrack consumer, @Nullable MessageId only) {
        if (only == null) {
            List<Holding> all = consumer.held;
            consumer.held = new ArrayList<>();
            return all;
        }
        List<Holding> taken =
                consumer.held.stream().filter(h -> h.message.id.equals(only)).toList();
        consumer.held.removeAll(taken);
        return taken;
    }

    /** Ends an interval. What was given to somebody else meanwhile stays what it is. */
    private void end(Holding holding, State state) {
        if (holding.open) {
            holding.open = false;
            open.get(holding.message.id.group()).remove(holding);
            if (holding.message.holding == holding) {
                holding.message.state = state;
            }
        }
    }

    private void accepting(Event event, ConsumerTrack consumer) {
        consumer.deciding = take(consumer, event.message());
        for (Holding holding : consumer.deciding) {
            holding.message.trail.add(event);
            end(holding, State.UNDECIDED);
        }
    }

    private void accepted(Event event, ConsumerTrack consumer) {
        Set<MessageTrack> together = new HashSet<>();
        consumer.deciding.forEach(h -> together.add(h.message));
        for (Holding holding : consumer.deciding) {
            MessageTrack message = holding.message;
            message.trail.add(event);
            if (message.holding != holding) {
                violation(
                        Kind.ZOMBIE,
                        message.id + " was accepted from consumer " + name(consumer.number)
                                + " after it had been given to " + name(message.holding.consumer.number),
                        event,
                        message);
            } else {
                judgeGap(event, message, together);
                message.state = State.ACCEPTED;
            }
        }
        consumer.deciding = List.of();
    }

    private void judgeGap(Event event, MessageTrack message, Set<MessageTrack> together) {
        List<MessageTrack> lane = lanes.get(new Lane(message.id.producer(), message.id.group()));
        for (int i = message.id.sequence() - 1; i >= 0; i--) {
            MessageTrack earlier = lane.get(i);
            if (earlier.state == State.ACCEPTED) {
                return;
            }
            boolean decided = earlier.state == State.UNDECIDED || earlier.state == State.FINISHED;
            if (!decided && !earlier.aborted && !earlier.skipped && !together.contains(earlier)) {
                violation(Kind.SKIPPED, message.id + " was accepted before " + earlier.id, event, message, earlier);
                return;
            }
        }
    }

    private void refused(Event event, ConsumerTrack consumer) {
        boolean reason = false;
        for (Holding holding : consumer.deciding) {
            holding.message.trail.add(event);
            reason |= holding.message.holding != holding
                    || fenced(holding, event.timeNs())
                    || silences.serverDown(holding.sinceNs, event.timeNs());
            boolean all = consumer.transacted || consumer.deciding.size() == 1;
            if (all && holding.message.holding == holding) {
                judgePassed(event, holding.message);
                holding.message.state = State.WAITING;
            }
        }
        if (!reason && !consumer.deciding.isEmpty()) {
            MessageTrack one = consumer.deciding.get(0).message;
            violation(
                    Kind.REFUSED,
                    consumer.deciding.size() + " from " + one.id + " were refused without a reason",
                    event,
                    one);
        }
        consumer.deciding = List.of();
    }

    private void judgePassed(Event event, MessageTrack message) {
        if (message.state == State.ACCEPTED) {
            violation(Kind.ORDER, message.id + " was refused after later ones had been delivered", event, message);
        }
    }

    private void finished(Event event, ConsumerTrack consumer) {
        for (Holding holding : take(consumer, event.message())) {
            holding.message.trail.add(event);
            if (holding.message.holding == holding) {
                holding.message.finishedNs = event.timeNs();
            }
            end(holding, State.FINISHED);
            consumer.finished.add(holding);
        }
    }

    private void returned(Event event, ConsumerTrack consumer) {
        for (Holding holding : take(consumer, event.message())) {
            holding.message.trail.add(event);
            end(holding, State.WAITING);
        }
    }

    /** An orderly close acknowledges all that the listeners have done, unless there was no server, or the session was given up before. */
    private void closed(Event event, ConsumerTrack consumer) {
        for (Holding holding : consumer.finished) {
            MessageTrack message = holding.message;
            boolean sure = !silences.serverDown(message.finishedNs - RECONNECT_WITHIN_NS, event.timeNs())
                    && !fenced(holding, event.timeNs());
            if (sure && message.holding == holding && message.state == State.FINISHED) {
                message.state = State.ACCEPTED;
            }
        }
        consumer.finished.clear();
    }

    private void killed(Event event, ConsumerTrack consumer) {
        consumer.dead = true;
        returned(event, consumer);
    }

    private void judgeEnd(MessageTrack message) {
        boolean accepted = message.state == State.ACCEPTED || message.state == State.FINISHED;
        boolean perhaps = message.state == State.UNDECIDED;
        if (message.sent
                && !message.done
                && !message.aborted
                && !accepted
                && !perhaps
                && !mayBeMissing(message, Long.MAX_VALUE)) {
            violation(
                    Kind.LOST,
                    message.id + " was confirmed and "
                            + (message.deliveries == 0 ? "never delivered" : "never accepted"),
                    null,
                    message);
        }
    }

    // Violations.

    private static String name(int consumer) {
        return Event.process(consumer) + "." + (consumer - Event.consumer(Event.process(consumer), 0));
    }

    private void violation(Kind kind, String sentence, @Nullable Event event, MessageTrack... messages) {
        List<Event> trail = Stream.of(messages)
                .flatMap(m -> m.trail.stream())
                .filter(e -> event == null || e.timeNs() <= event.timeNs())
                .distinct()
                .sorted(Comparator.comparingLong(Event::timeNs))
                .toList();
        Set<Integer> processes = new HashSet<>();
        trail.forEach(e -> processes.add(Event.process(e.consumer())));
        long from = trail.stream()
                .filter(e -> e.kind() != Event.Kind.SENDING)
                .mapToLong(Event::timeNs)
                .min()
                .orElse(Long.MAX_VALUE);
        long to = event == null ? Long.MAX_VALUE : event.timeNs();
        List<Event> excerpt = Stream.concat(
                        trail.stream(),
                        processEvents.stream()
                                .filter(e -> e.timeNs() >= from - 1_000_000_000L && e.timeNs() <= to)
                                .filter(e -> e.consumer() < 0 || processes.contains(Event.process(e.consumer()))))
                .sorted(Comparator.comparingLong(Event::timeNs))
                .toList();
        int skip = Math.max(0, excerpt.size() - EXCERPT_MAX);
        violations.add(new Violation(kind, sentence, excerpt.subList(skip, excerpt.size())));
    }
}
