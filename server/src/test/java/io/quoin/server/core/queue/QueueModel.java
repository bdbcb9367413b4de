// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a queue may do, said naively: every delivery is judged by looking at all messages. */
final class QueueModel implements DeliverySink {
    static final class Message {
        final int priority;
        final long arrival;
        final long order;
        final long position;
        final int length;
        final long expiresAtMs;
        final Integer group;
        int certain;
        boolean doubted;
        QueueConsumer at;
        boolean inBranch;
        boolean reported;
        long restsUntilMs;

        Message(int priority, long arrival, long order, long position, int length, long expiresAtMs, Integer group) {
            this.priority = priority;
            this.arrival = arrival;
            this.order = order;
            this.position = position;
            this.length = length;
            this.expiresAtMs = expiresAtMs;
            this.group = group;
        }

        boolean isOut() {
            return at != null || inBranch;
        }

        @Override
        public String toString() {
            return "p" + priority + " #" + (arrival < 0 ? "v" + (arrival - Long.MIN_VALUE) : arrival) + " group "
                    + group;
        }
    }

    static final Comparator<Message> BY_ARRIVAL = Comparator.<Message>comparingLong(m -> m.order)
            .thenComparing(m -> m.arrival < 0)
            .thenComparingLong(m -> m.arrival);
    private static final Comparator<Message> BY_TURN =
            Comparator.<Message>comparingInt(m -> -m.priority).thenComparing(BY_ARRIVAL);

    final Map<Long, Message> messages = new HashMap<>();
    final List<QueueConsumer> consumers = new ArrayList<>();
    private final Set<List<Object>> moving = new HashSet<>();
    /** Group to the times at which its redelivery delays end. */
    private final Map<Integer, List<Long>> heldGroups = new HashMap<>();

    private final int slots;
    final long[] handout = new long[MessageQueue.PRIORITIES];
    final long[] uncertain = new long[MessageQueue.PRIORITIES];
    final long[] handoutTo = new long[MessageQueue.PRIORITIES];
    boolean limited;
    long visibleTo;
    long nowMs;
    int deliveries;

    QueueModel(int slots) {
        this.slots = slots;
    }

    List<Message> sorted() {
        List<Message> all = new ArrayList<>(messages.values());
        all.sort(BY_ARRIVAL);
        return all;
    }

    List<Message> out() {
        return sorted().stream().filter(Message::isOut).toList();
    }

    boolean matches(MessageFilter filter, Message message) {
        return filter == null || filter.matches(message.position, message.length, deliveryCount(message));
    }

    private int deliveryCount(Message m) {
        return m.certain + (isDoubted(m) ? 2 : 1);
    }

    private boolean isDoubted(Message m) {
        return m.doubted || (m.arrival > 0 && m.arrival <= uncertain[m.priority]);
    }

    void putBack(Message message, long heldUntilMs) {
        QueueConsumer before = message.at;
        message.at = null;
        message.inBranch = false;
        if (heldUntilMs > 0) {
            if (message.group == null) {
                message.restsUntilMs = heldUntilMs;
            } else {
                heldGroups
                        .computeIfAbsent(message.group, g -> new ArrayList<>())
                        .add(heldUntilMs);
            }
        }
        freed(message, before);
    }

    void hold(Message message) {
        QueueConsumer before = message.at;
        message.at = null;
        message.inBranch = true;
        message.restsUntilMs = 0;
        freed(message, before);
    }

    void remove(Message message) {
        messages.remove(message.arrival);
        freed(message, message.at);
    }

    private void freed(Message message, QueueConsumer before) {
        if (before != null
                && message.group != null
                && holders(slot(message), before.filter()).isEmpty()) {
            moving.remove(movingKey(slot(message), before.filter()));
        }
    }

    void passTime(long ms) {
        nowMs = ms;
    }

    /** Redelivery delays that are over are forgotten when dispatch is called, as the queue does. */
    void wake() {
        for (List<Long> times : heldGroups.values()) {
            times.removeIf(t -> t <= nowMs);
        }
        heldGroups.values().removeIf(List::isEmpty);
        messages.values().forEach(m -> m.restsUntilMs = m.restsUntilMs <= nowMs ? 0 : m.restsUntilMs);
    }

    private int slot(Message message) {
        return Math.floorMod(message.group, slots);
    }

    private static List<Object> movingKey(int slot, MessageFilter filter) {
        return java.util.Arrays.asList(slot, filter);
    }

    /** Who holds a slot among the consumers with this filter. */
    private Set<QueueConsumer> holders(int slot, MessageFilter filter) {
        Set<QueueConsumer> found = new HashSet<>();
        for (Message m : messages.values()) {
            if (m.at != null && m.group != null && slot(m) == slot && Objects.equals(m.at.filter(), filter)) {
                found.add(m.at);
            }
        }
        return found;
    }

    private boolean covered(Message m) {
        return !limited || m.arrival < 0 || m.arrival <= handoutTo[m.priority];
    }

    /**
     * Whether the queue may have stopped before this message, for want of a hand-out mark: an earlier one of its group may have
     * to come first, with a lower priority.
     */
    private boolean behindMark(Message m) {
        return messages.values().stream()
                .anyMatch(o -> waits(o) && !covered(o) && (m.group != null || BY_TURN.compare(o, m) < 0));
    }

    private boolean waits(Message m) {
        return !m.isOut() && !m.reported && m.restsUntilMs == 0 && m.order <= visibleTo;
    }

    private boolean expired(Message m) {
        return m.expiresAtMs != 0 && m.expiresAtMs <= nowMs;
    }

    /** Whether this message could be given to this consumer now, whatever its credit. */
    boolean available(Message m, QueueConsumer c) {
        return available(m, c, false);
    }

    /**
     * @param expiredCount whether an expired message still keeps its place before others of its group: the queue may notice
     *     only when it comes by
     */
    private boolean available(Message m, QueueConsumer c, boolean expiredCount) {
        if (!waits(m) || expired(m) || !covered(m) || !matches(c.filter(), m)) {
            return false;
        }
        if (m.group == null) {
            return true;
        }
        if (heldGroups.containsKey(m.group)) {
            return false;
        }
        for (Message o : messages.values()) {
            if (o == m || !m.group.equals(o.group)) {
                continue;
            }
            boolean elsewhere = o.inBranch || (o.at != null && o.at != c);
            boolean earlier =
                    waits(o) && (expiredCount || !expired(o)) && matches(c.filter(), o) && BY_ARRIVAL.compare(o, m) < 0;
            if (elsewhere || earlier) {
                return false;
            }
        }
        Set<QueueConsumer> holders = holders(slot(m), c.filter());
        return holders.isEmpty() || (holders.contains(c) && !moving.contains(movingKey(slot(m), c.filter())));
    }

    @Override
    public void deliver(
            QueueConsumer to,
            int priority,
            long arrival,
            boolean isVolatile,
            long position,
            int length,
            int deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            long expiresAtMs) {
        Message m = messages.get(arrival);
        assertThat(m).as("delivered message %s", arrival).isNotNull();
        assertThat(available(m, to))
                .as("%s may be delivered to %s", m, to.owner())
                .isTrue();
        for (Message other : messages.values()) {
            if (other != m && BY_TURN.compare(other, m) < 0) {
                assertThat(available(other, to, true) && !behindMark(other))
                        .as("%s comes before %s for %s", other, m, to.owner())
                        .isFalse();
            }
        }
        assertThat(to.deliveredMessages).as("credit of %s", to.owner()).isLessThanOrEqualTo(to.limitMessages);
        assertThat(priority).isEqualTo(m.priority);
        assertThat(position).isEqualTo(m.position);
        assertThat(length).isEqualTo(m.length);
        assertThat(isVolatile).isEqualTo(arrival < 0);
        assertThat(deliveryCount).isEqualTo(deliveryCount(m));
        assertThat(redelivered).isEqualTo(m.certain > 0 || isDoubted(m));
        assertThat(expiresAtMs).isEqualTo(m.expiresAtMs);
        boolean noneOut =
                m.group != null && messages.values().stream().noneMatch(o -> o.isOut() && m.group.equals(o.group));
        assertThat(groupFirst).isEqualTo(noneOut);
        m.at = to;
        deliveries++;
    }

    @Override
    public void recall(QueueConsumer from, int slot) {
        moving.add(movingKey(slot, from.filter()));
    }

    /** Nothing is left that somebody with credit could have. */
    void checkQuiet() {
        for (QueueConsumer c : consumers) {
            if (c.hasCredit()) {
                for (Message m : messages.values()) {
                    assertThat(available(m, c) && !behindMark(m))
                            .as("%s was left although %s has credit", m, c.owner())
                            .isFalse();
                }
            }
        }
    }
}
