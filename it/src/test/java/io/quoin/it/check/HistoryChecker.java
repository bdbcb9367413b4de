// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.check;

import io.quoin.it.check.History.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Proves the promises of a queue over a recorded {@link History}, taken after everything was drained:
 *
 * <ol>
 *   <li>every send that was confirmed was delivered, or is among the dead letters;
 *   <li>nothing was delivered that was not sent;
 *   <li>nothing was delivered again after its acknowledgement had been confirmed;
 *   <li>a message that came again said that it was redelivered;
 *   <li>one consumer saw each producer's messages in the order in which they were sent, but for those that came again;
 *   <li>every body was the one that was sent.
 * </ol>
 */
public final class HistoryChecker {
    /** Violations beyond this number are counted, not described. */
    private static final int DESCRIBED_MAX = 20;

    private static final class MessageState {
        boolean sending;
        boolean sent;
        boolean received;
        boolean acknowledged;
        boolean dead;
    }

    private record ConsumerAndProducer(int consumer, int producer) {}

    private final Map<Long, MessageState> messages = new HashMap<>();
    private final Map<ConsumerAndProducer, Integer> lastSeen = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Event> events;
    private int violationCount;

    private HistoryChecker(List<Event> events) {
        this.events = events;
    }

    /**
     * Checks a history.
     *
     * @return a sentence per violation; empty when every promise was kept
     */
    public static List<String> check(History history) {
        return new HistoryChecker(history.events()).run();
    }

    private List<String> run() {
        for (Event event : events) {
            apply(event);
        }
        messages.forEach((key, state) -> {
            if (state.sent && !state.received && !state.dead) {
                violation("lost: " + name(key) + " was confirmed and never delivered");
            }
        });
        if (violationCount > violations.size()) {
            violations.add("and " + (violationCount - violations.size()) + " more");
        }
        return violations;
    }

    private void apply(Event event) {
        MessageState state = messages.computeIfAbsent(key(event), k -> new MessageState());
        switch (event.kind()) {
            case SENDING -> state.sending = true;
            case SENT -> state.sent = true;
            case ACKNOWLEDGED -> state.acknowledged = true;
            case RECEIVED -> received(event, state);
            case DEAD -> dead(event, state);
        }
    }

    private void received(Event event, MessageState state) {
        checkContent(event, state);
        if (state.acknowledged) {
            violation("again: " + name(key(event)) + " came after its acknowledgement was confirmed");
        }
        if (state.received && !event.redelivered()) {
            violation("unflagged: " + name(key(event)) + " came again and did not say so");
        }
        state.received = true;
        Integer before = lastSeen.put(new ConsumerAndProducer(event.consumer(), event.producer()), event.sequence());
        if (before != null && before >= event.sequence() && !event.redelivered()) {
            violation("order: consumer " + event.consumer() + " saw " + name(key(event)) + " after message " + before);
        }
    }

    private void dead(Event event, MessageState state) {
        checkContent(event, state);
        if (state.dead) {
            violation("twice dead: " + name(key(event)));
        }
        state.dead = true;
    }

    private void checkContent(Event event, MessageState state) {
        if (!state.sending) {
            violation("ghost: " + name(key(event)) + " was never sent");
        }
        if (!event.intact()) {
            violation("damaged: " + name(key(event)) + " has another body than was sent");
        }
    }

    private void violation(String sentence) {
        violationCount++;
        if (violations.size() < DESCRIBED_MAX) {
            violations.add(Objects.requireNonNull(sentence));
        }
    }

    private static long key(Event event) {
        return (long) event.producer() << 32 | event.sequence();
    }

    private static String name(long key) {
        return "message " + (int) key + " of producer " + (key >>> 32);
    }
}
