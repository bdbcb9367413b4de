// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A broker without a fault, consumers that come and go, and the history of it all: every promise is kept, by construction. */
final class GoodHistory {
    private static final int PRODUCERS = 2;
    private static final int GROUPS = 3;
    private static final int CONSUMERS = 3;
    private static final int STEPS = 200;

    private final SplittableRandom random;
    private final Story story = new Story();
    private final Map<Integer, Deque<MessageId>> waiting = new HashMap<>();
    private final Map<MessageId, Integer> deliveries = new HashMap<>();
    private final Map<Integer, Integer> lastConsumer = new HashMap<>();
    private final Map<Integer, Integer> holders = new HashMap<>();
    private final Map<Integer, List<MessageId>> hands = new HashMap<>();
    private final int[][] sequences = new int[PRODUCERS][GROUPS];
    private final List<Integer> consumers = new ArrayList<>();
    private int processes;

    private GoodHistory(long seed) {
        random = new SplittableRandom(seed);
    }

    static List<Event> of(long seed) {
        return new GoodHistory(seed).run();
    }

    private List<Event> run() {
        for (int i = 0; i < CONSUMERS; i++) {
            join();
        }
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        while (waiting.values().stream().anyMatch(w -> !w.isEmpty())) {
            waiting.keySet().forEach(this::deliver);
            List.copyOf(consumers).forEach(this::accept);
        }
        List.copyOf(consumers).forEach(this::accept);
        return story.events();
    }

    private void step() {
        int consumer = consumers.get(random.nextInt(consumers.size()));
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> send();
            case 6, 7, 8, 9, 10, 11 -> deliver(random.nextInt(GROUPS));
            case 12, 13 -> accept(consumer);
            case 14 -> giveBack(consumer, Kind.RETURNING);
            default -> {
                consumers.remove((Integer) consumer);
                giveBack(consumer, random.nextBoolean() ? Kind.KILLED : Kind.CLOSING);
                join();
            }
        }
    }

    private void join() {
        int consumer = Event.consumer(++processes, 0);
        consumers.add(consumer);
        hands.put(consumer, new ArrayList<>());
        story.opened(consumer);
    }

    private void send() {
        int producer = random.nextInt(PRODUCERS);
        int group = random.nextInt(GROUPS);
        MessageId id = new MessageId(producer, group, sequences[producer][group]++);
        if (random.nextInt(8) == 0) {
            story.aborted(id);
        } else {
            story.sent(id);
            waiting.computeIfAbsent(group, g -> new ArrayDeque<>()).add(id);
        }
    }

    private void deliver(int group) {
        Deque<MessageId> queue = waiting.getOrDefault(group, new ArrayDeque<>());
        if (queue.isEmpty()) {
            return;
        }
        MessageId id = queue.remove();
        int consumer = holders.getOrDefault(group, consumers.get(random.nextInt(consumers.size())));
        holders.put(group, consumer);
        hands.get(consumer).add(id);
        int count = deliveries.merge(id, 1, Integer::sum);
        Integer last = lastConsumer.put(group, consumer);
        int flags = (count > 1 ? Event.REDELIVERED : 0) | (last == null || last != consumer ? Event.GROUP_FIRST : 0);
        story.delivered(consumer, id, count, flags);
    }

    private void accept(int consumer) {
        story.accepted(consumer);
        hands.get(consumer).clear();
        holders.values().removeIf(c -> c == consumer);
    }

    private void giveBack(int consumer, Kind how) {
        story.happens(how, consumer);
        List<MessageId> hand = hands.get(consumer);
        for (int i = hand.size() - 1; i >= 0; i--) {
            waiting.get(hand.get(i).group()).addFirst(hand.get(i));
        }
        hand.clear();
        holders.values().removeIf(c -> c == consumer);
    }
}
