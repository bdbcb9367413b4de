// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The backlog of a consumer that several sessions take from, in the order of arrival: while one of them has messages of a
 * group, nobody else gets any of that group, and a group's messages are taken in their order. A group is the hash of its id,
 * as at the server.
 *
 * <p>Invariant: {@code free} has what has no group, and the first one that waits of each group that nobody has.
 *
 * <p>Thread: under the lock of the session's {@link Inbox}.
 */
final class GroupedBacklog implements Backlog {

    /** What anybody may take, by its tag. */
    private final TreeMap<Long, Delivery> free = new TreeMap<>();
    /** Groups of which something waits, is taken, or goes back. */
    private final Map<Integer, Group> groups = new HashMap<>();
    /** The groups that each taker has. */
    private final IdentityHashMap<@Nullable Object, List<Group>> held = new IdentityHashMap<>();

    private int size;
    private long bytes;

    private static final class Group {

        /** By rising tags. */
        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();

        private @Nullable Object holder;
        private int taken;
        /** Answers to come: until then, what arrives has gone back to the server already. */
        private int stale;

        boolean isOver() {
            return taken == 0 && stale == 0 && waiting.isEmpty();
        }
    }

    @Override
    public boolean add(Delivery delivery) {
        if (delivery.isGrouped()) {
            Group group = groups.computeIfAbsent(delivery.groupHash(), hash -> new Group());
            if (group.stale > 0) {
                return false;
            }
            group.waiting.add(delivery);
            if (group.waiting.size() == 1) {
                offerFirst(group);
            }
        } else {
            free.put(delivery.tag(), delivery);
        }
        count(delivery, 1);
        return true;
    }

    @Override
    public void addFirst(Delivery delivery) {
        if (delivery.isGrouped()) {
            Group group = groups.computeIfAbsent(delivery.groupHash(), hash -> new Group());
            Delivery former = group.waiting.peek();
            if (former != null) {
                free.remove(former.tag());
            }
            group.waiting.addFirst(delivery);
            offerFirst(group);
        } else {
            free.put(delivery.tag(), delivery);
        }
        count(delivery, 1);
    }

    private void offerFirst(Group group) {
        Delivery first = group.waiting.peek();
        if (first != null && group.taken == 0) {
            free.put(first.tag(), first);
        }
    }

    private void count(Delivery delivery, int sign) {
        size += sign;
        bytes += (long) sign * delivery.sizeBytes();
    }

    /** Whether a taker that has no group could take something. */
    @Override
    public boolean hasTakeable(long limit) {
        return !free.isEmpty() && free.firstKey() <= limit;
    }

    @Override
    public @Nullable Delivery poll(@Nullable Object taker, long limit) {
        Delivery next = free.isEmpty() ? null : free.firstEntry().getValue();
        for (Group own : held.getOrDefault(taker, List.of())) {
            Delivery first = own.waiting.peek();
            if (first != null && (next == null || first.tag() < next.tag())) {
                next = first;
            }
        }
        if (next == null || next.tag() > limit) {
            return null;
        }
        free.remove(next.tag());
        count(next, -1);
        if (next.isGrouped()) {
            take(known(next.groupHash()), taker);
        }
        return next;
    }

    private void take(Group group, @Nullable Object taker) {
        group.waiting.remove();
        if (group.taken == 0) {
            group.holder = taker;
            held.computeIfAbsent(taker, none -> new ArrayList<>(1)).add(group);
        }
        group.taken++;
    }

    /** Whoever took the delivery is done with it, or has put it back or will do so at once. */
    void release(Delivery delivery) {
        if (!delivery.isGrouped()) {
            return;
        }
        Group group = known(delivery.groupHash());
        group.taken--;
        if (group.taken == 0) {
            List<Group> all = Objects.requireNonNull(held.get(group.holder), "groups of the taker");
            all.remove(group);
            if (all.isEmpty()) {
                held.remove(group.holder);
            }
            group.holder = null;
            offerFirst(group);
            forgetIfOver(delivery.groupHash(), group);
        }
    }

    /** Drops what waits of a group: the server has it back. */
    void drop(int groupHash) {
        Group group = groups.get(groupHash);
        if (group != null) {
            dropWaiting(group, 0);
            forgetIfOver(groupHash, group);
        }
    }

    /** Drops what waits of a group with tags above that. */
    private void dropWaiting(Group group, long tag) {
        while (!group.waiting.isEmpty() && group.waiting.getLast().tag() > tag) {
            Delivery last = group.waiting.removeLast();
            free.remove(last.tag());
            count(last, -1);
        }
    }

    /** From now until {@link #fresh} whatever arrives of a group is stale. */
    void stale(int groupHash) {
        groups.computeIfAbsent(groupHash, hash -> new Group()).stale++;
    }

    void fresh(int groupHash) {
        Group group = known(groupHash);
        group.stale--;
        forgetIfOver(groupHash, group);
    }

    private Group known(int groupHash) {
        return Objects.requireNonNull(groups.get(groupHash), "group");
    }

    private void forgetIfOver(int groupHash, Group group) {
        if (group.isOver()) {
            groups.remove(groupHash);
        }
    }

    @Override
    public void forEach(Consumer<Delivery> action) {
        for (Delivery delivery : free.values()) {
            if (!delivery.isGrouped()) {
                action.accept(delivery);
            }
        }
        groups.values().forEach(group -> group.waiting.forEach(action));
    }

    @Override
    public void removeIf(Predicate<Delivery> test) {
        free.values().removeIf(delivery -> !delivery.isGrouped() && leaves(delivery, test));
        for (Map.Entry<Integer, Group> entry : List.copyOf(groups.entrySet())) {
            Group group = entry.getValue();
            Delivery former = group.waiting.peek();
            group.waiting.removeIf(delivery -> leaves(delivery, test));
            Delivery first = group.waiting.peek();
            if (former != null && (first == null || first.tag() != former.tag())) {
                free.remove(former.tag());
                offerFirst(group);
                forgetIfOver(entry.getKey(), group);
            }
        }
    }

    private boolean leaves(Delivery delivery, Predicate<Delivery> test) {
        boolean leaves = test.test(delivery);
        if (leaves) {
            count(delivery, -1);
        }
        return leaves;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void dropAbove(long tag) {
        groups.values().forEach(group -> dropWaiting(group, tag));
        groups.values().removeIf(Group::isOver);
        Map<Long, Delivery> above = free.tailMap(tag, false);
        above.values().forEach(delivery -> count(delivery, -1));
        above.clear();
    }

    @Override
    public void clear() {
        dropAbove(0);
    }
}
