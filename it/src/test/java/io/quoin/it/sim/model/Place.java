// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where messages wait for consumers: a queue, or a subscription of a topic. */
public final class Place {

    /** Whether messages join it. */
    enum State {
        /** It is being made or being removed: they may. */
        UNCERTAIN,
        /** They must. */
        ACTIVE,
        /** They must not, and nothing comes from it any more. */
        GONE
    }

    /** What the options of a queue or topic say. */
    public record Limits(int maxDeliveries, int groupSlots) {

        /** Without options. */
        public static final Limits DEFAULT = new Limits(10, 1_024);
    }

    /** The pattern of the subscriptions that are of all topics. */
    public static final String EVERY_TOPIC = "*";

    public final String name;
    /** The topic, or {@link #EVERY_TOPIC}, or null for a queue. */
    public final @Nullable String topic;
    /** Whether it survives a restart. */
    public final boolean durable;

    final Selection selection;
    /** With noLocal: the connection and the client id whose messages it does not take. */
    final @Nullable ConnectionView noLocalTo;

    /** 0 for no limit. */
    final int maxDeliveries;

    final int groupSlots;
    /** The name of the subscription as its client gave it, and the client id that it belongs to. */
    public @Nullable String subscription;

    @Nullable
    String clientId;
    /** The frame that asked for it first. */
    @Nullable
    Object madeBy;

    public boolean shared;
    /** The copies that are not known to be gone, in the order in which they joined. */
    final Set<Copy> copies = new LinkedHashSet<>();
    /** The latest copy of every message that ever joined. */
    final Map<Sent, Copy> bySent = new LinkedHashMap<>();
    /** Open consumers; a non-durable subscription ends with its last. */
    final Set<ConsumerView> consumers = new LinkedHashSet<>();

    State state = State.UNCERTAIN;
    /** Whether some consumer has asked to have everything for itself. */
    boolean hadExclusive;

    /** Requests to remove or replace it that are not answered. */
    private int mayBeGone;

    Place(
            String name,
            @Nullable String topic,
            boolean durable,
            Selection selection,
            @Nullable ConnectionView noLocalTo,
            Limits limits) {
        this.name = name;
        this.topic = topic;
        this.durable = durable;
        this.selection = selection;
        this.noLocalTo = noLocalTo;
        this.maxDeliveries = limits.maxDeliveries;
        this.groupSlots = limits.groupSlots;
    }

    /** Whether what is sent to a topic comes here. */
    boolean isOf(String sentTo) {
        return sentTo.equals(topic) || (EVERY_TOPIC.equals(topic) && !sentTo.startsWith("$"));
    }

    boolean takes(Sent sent) {
        return topic == null || (selection.matches(sent.wish) && !isLocal(sent));
    }

    /** The server was asked to remove or replace it. */
    void mayBeGone() {
        if (state == State.ACTIVE || mayBeGone > 0) {
            state = State.UNCERTAIN;
            mayBeGone++;
        }
    }

    /** The server has said that it is there. */
    void established() {
        doubtful();
        state = State.ACTIVE;
    }

    /** The server has said that it is there, whatever was asked before. */
    void isThere() {
        if (mayBeGone > 0 && state == State.UNCERTAIN) {
            mayBeGone = 0;
            state = State.ACTIVE;
        }
    }

    /** The server has refused one request to remove or replace it; others may have done so. */
    void isNotGone() {
        if (mayBeGone == 1) {
            isThere();
        } else if (mayBeGone > 1) {
            mayBeGone--;
        }
    }

    /** Nobody will say whether it was removed or replaced: what joined before may be gone. */
    void doubtful() {
        if (mayBeGone > 0) {
            mayBeGone = 0;
            copies.forEach(copy -> copy.certain = false);
        }
    }

    /** The client id that a subscription belongs to, or null. */
    public @Nullable String clientId() {
        return clientId;
    }

    public boolean isNoLocal() {
        return noLocalTo != null;
    }

    public @Nullable String selector() {
        return selection.text();
    }

    private boolean isLocal(Sent sent) {
        if (noLocalTo == null) {
            return false;
        }
        String clientId = noLocalTo.clientId();
        return durable && clientId != null
                ? clientId.equals(sent.clientId)
                : noLocalTo.id().equals(sent.connection);
    }

    /** The name of the queue that a message goes to when it is a dead letter. */
    String deadLetters(Sent sent) {
        return DEAD + (topic == null ? name : sent.wish.destination());
    }

    boolean isDeadLetters() {
        return topic == null && name.startsWith(DEAD);
    }

    static final String DEAD = "DLQ.";

    @Override
    public String toString() {
        return topic == null ? "queue " + name : "subscription " + name + " of " + topic;
    }
}
