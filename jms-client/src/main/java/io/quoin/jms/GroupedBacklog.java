// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The backlog of a consumer that several sessions take from: while one of them has messages of a group, nobody else gets
 * any of that group, and a group's messages are taken in their order. A group is the hash of its id, as at the server.
 *
 * <p>A delivery waits in {@code ready}, or, if it was met there while another session had its group, in its group's own
 * list. When the group is free again, the first of its list goes to the front of {@code ready}, and the next one follows
 * when that is taken: nothing is passed over more than twice.
 *
 * <p>Thread: under the lock of the session's {@link Inbox}.
 */
final class GroupedBacklog implements Backlog {

    private final ArrayDeque<Delivery> ready = new ArrayDeque<>();
    /** Groups of which something is taken, or comes back. */
    private final Map<Integer, Group> groups = new HashMap<>();

    private int parked;
    private long bytes;

    /** A group that is not free. */
    private static final class Group {

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
            Group group = groups.get(delivery.groupHash());
            if (group != null && group.stale > 0) {
                return false;
            }
        }
        ready.add(delivery);
        bytes += delivery.sizeBytes();
        return true;
    }

    @Override
    public void addFirst(Delivery delivery) {
        ready.addFirst(delivery);
        bytes += delivery.sizeBytes();
    }

    /** Whether a session that holds no group could take something. */
    boolean hasTakeable() {
        Delivery first = ready.peek();
        while (first != null && isHeldFrom(null, first)) {
            ready.remove();
            park(first);
            first = ready.peek();
        }
        return first != null;
    }

    @Override
    public @Nullable Delivery poll(@Nullable Object taker) {
        Delivery first = ready.poll();
        while (first != null && isHeldFrom(taker, first)) {
            park(first);
            first = ready.poll();
        }
        if (first != null) {
            bytes -= first.sizeBytes();
            hold(taker, first);
        }
        return first;
    }

    private boolean isHeldFrom(@Nullable Object taker, Delivery delivery) {
        Group group = delivery.isGrouped() ? groups.get(delivery.groupHash()) : null;
        return group != null && group.taken > 0 && group.holder != taker;
    }

    /** Puts what was met at the front of {@code ready} where it waits for its group. */
    private void park(Delivery delivery) {
        ArrayDeque<Delivery> waiting = known(delivery.groupHash()).waiting;
        if (!waiting.isEmpty() && waiting.peek().tag() > delivery.tag()) {
            waiting.addFirst(delivery);
        } else {
            waiting.addLast(delivery);
        }
        parked++;
    }

    private void hold(@Nullable Object taker, Delivery delivery) {
        if (delivery.isGrouped()) {
            Group group = groups.computeIfAbsent(delivery.groupHash(), hash -> new Group());
            group.holder = taker;
            group.taken++;
            unparkOne(group);
        }
    }

    private void unparkOne(Group group) {
        Delivery next = group.waiting.poll();
        if (next != null) {
            parked--;
            ready.addFirst(next);
        }
    }

    /** Whoever took the delivery is done with it, or has put it back or will do so at once. */
    void release(Delivery delivery) {
        if (!delivery.isGrouped()) {
            return;
        }
        Group group = known(delivery.groupHash());
        group.taken--;
        if (group.taken == 0) {
            group.holder = null;
            unparkOne(group);
            forgetIfOver(delivery.groupHash(), group);
        }
    }

    /** Drops what waits of a group: the server has it back. */
    void drop(int groupHash) {
        List<Delivery> dropped = new ArrayList<>();
        ready.removeIf(delivery -> {
            boolean drop = delivery.isGrouped() && delivery.groupHash() == groupHash;
            if (drop) {
                dropped.add(delivery);
            }
            return drop;
        });
        Group group = groups.get(groupHash);
        if (group != null) {
            parked -= group.waiting.size();
            dropped.addAll(group.waiting);
            group.waiting.clear();
            forgetIfOver(groupHash, group);
        }
        dropped.forEach(delivery -> bytes -= delivery.sizeBytes());
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

    /** A group that is not free. */
    private Group known(int groupHash) {
        return Objects.requireNonNull(groups.get(groupHash), "group");
    }

    private void forgetIfOver(int groupHash, Group group) {
        if (group.isOver()) {
            groups.remove(groupHash);
        }
    }

    /** Names all that waits, in no order. */
    void forEach(Consumer<Delivery> action) {
        ready.forEach(action);
        groups.values().forEach(group -> group.waiting.forEach(action));
    }

    @Override
    public boolean isEmpty() {
        return ready.isEmpty() && parked == 0;
    }

    @Override
    public int size() {
        return ready.size() + parked;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void dropAbove(long tag) {
        ready.removeIf(delivery -> isDroppedAbove(delivery, tag));
        for (Group group : groups.values()) {
            int before = group.waiting.size();
            group.waiting.removeIf(delivery -> isDroppedAbove(delivery, tag));
            parked -= before - group.waiting.size();
        }
        groups.values().removeIf(Group::isOver);
    }

    private boolean isDroppedAbove(Delivery delivery, long tag) {
        boolean is = delivery.tag() > tag;
        if (is) {
            bytes -= delivery.sizeBytes();
        }
        return is;
    }

    @Override
    public void clear() {
        ready.clear();
        groups.values().forEach(group -> group.waiting.clear());
        groups.values().removeIf(Group::isOver);
        parked = 0;
        bytes = 0;
    }
}
