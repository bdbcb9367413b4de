// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Selection;
import io.quoin.it.sim.model.Sent;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.transaction.xa.XAResource;

/** An application: what it does next with its client is up to chance, with weights that chance has chosen before. */
final class Script {

    private static final int SESSIONS_MAX = 3;
    private static final int CONSUMERS_MAX = 4;

    /** What it can do, in the order of the weights. */
    private enum Deed {
        SEND(40),
        RECEIVE(60),
        SETTLE(40),
        OPEN_SESSION(8),
        OPEN_CONSUMER(14),
        CLOSE_CONSUMER(3),
        CLOSE_SESSION(1),
        RECOVER(4),
        GIVE_BACK(2),
        DRAIN(4),
        BROWSE(2),
        UNSUBSCRIBE(1),
        COMPLETE(30),
        RECOVER_BRANCHES(1),
        GOODBYE(1),
        ABANDON(1);

        private final int weight;

        Deed(int weight) {
            this.weight = weight;
        }
    }

    private final SimClient client;
    private final Destinations destinations;
    private final TransactionManager manager;
    private final Chance chance;
    private final int[] weights;
    private final boolean usesGroups;
    private final boolean usesSelectors;
    private final double persistent;
    private final double timed;
    private final int bodyMax;
    private final List<AcknowledgeMode> modes;
    private final MessageWriter writer = new MessageWriter(512);
    private final List<Destinations.Named> temporaries = new ArrayList<>();
    private long now;

    /** @param usesBranches whether its sessions may work in distributed transactions */
    Script(
            SimClient client,
            Destinations destinations,
            TransactionManager manager,
            boolean usesBranches,
            Chance chance) {
        this.manager = manager;
        this.client = client;
        this.destinations = destinations;
        this.chance = chance;
        this.weights = new int[Deed.values().length];
        for (Deed deed : Deed.values()) {
            // Each simulation leaves some things out and does others more often: that finds more than a mean of all.
            weights[deed.ordinal()] = deed.weight * chance.weighted(1, 4, 2) * 2 / (chance.in(0.2) ? 2 : 1);
        }
        weights[Deed.OPEN_SESSION.ordinal()] = Math.max(8, weights[Deed.OPEN_SESSION.ordinal()]);
        weights[Deed.RECEIVE.ordinal()] = Math.max(10, weights[Deed.RECEIVE.ordinal()]);
        this.usesGroups = chance.in(0.5);
        this.usesSelectors = chance.in(0.4);
        this.persistent = chance.pick(1.0, 0.8, 0.5, 0.2);
        this.timed = chance.pick(0.0, 0.1, 0.4);
        this.bodyMax = chance.pick(20, 200, 3_000);
        this.modes = new ArrayList<>(List.of(
                AcknowledgeMode.AUTO,
                AcknowledgeMode.CLIENT,
                AcknowledgeMode.TRANSACTED,
                AcknowledgeMode.INDIVIDUAL,
                AcknowledgeMode.DUPS_OK));
        if (usesBranches) {
            weights[Deed.COMPLETE.ordinal()] = Math.max(20, weights[Deed.COMPLETE.ordinal()]);
            weights[Deed.SETTLE.ordinal()] = Math.max(40, weights[Deed.SETTLE.ordinal()]);
            modes.addAll(Collections.nCopies(chance.pick(2, 5, 20), AcknowledgeMode.XA));
        } else {
            weights[Deed.COMPLETE.ordinal()] = 0;
            weights[Deed.RECOVER_BRANCHES.ordinal()] = 0;
        }
    }

    SimClient client() {
        return client;
    }

    /** Does one thing, if the client is connected and can. */
    void act(long nowMs) {
        now = nowMs;
        if (client.state() != SimClient.State.OPEN) {
            return;
        }
        List<SimSession> free = client.freeSessions();
        if (free.isEmpty()) {
            if (!client.isResuming() && client.sessions().size() < SESSIONS_MAX) {
                client.openSession(chance.pick(modes));
            }
            return;
        }
        act(Deed.values()[chance.weighted(weights)], chance.pick(free));
    }

    private void act(Deed deed, SimSession session) {
        switch (deed) {
            case SEND -> send(session);
            case RECEIVE -> receive(session);
            case SETTLE -> settle(session);
            case OPEN_SESSION -> {
                if (client.sessions().size() < SESSIONS_MAX) {
                    client.openSession(chance.pick(modes));
                }
            }
            case OPEN_CONSUMER -> openConsumer(session);
            case CLOSE_CONSUMER -> withConsumer(session, c -> client.consuming.close(session, c));
            case CLOSE_SESSION -> client.closeSession(session);
            case RECOVER -> recover(session);
            case GIVE_BACK -> withConsumer(session, c -> client.consuming.giveBack(session, c));
            case DRAIN -> withConsumer(session, c -> client.consuming.drain(session, c));
            case BROWSE ->
                client.consuming.browse(
                        session, chance.pick(destinations.queues()), selection().text(), chance.between(1, 5));
            case UNSUBSCRIBE -> unsubscribe(session);
            case COMPLETE -> manager.complete(client);
            case RECOVER_BRANCHES -> {
                if (chance.in(0.3)) {
                    manager.crash();
                }
                manager.recover(client);
            }
            case GOODBYE -> client.goodbye();
            case ABANDON -> client.abandon();
        }
    }

    // --- sending ---

    private void send(SimSession session) {
        Destinations.Named to = destination();
        int alias = client.aliases.of(to);
        boolean first = client.producing.isFirstSend(alias);
        int burst = !first && chance.in(0.2) ? chance.between(2, 8) : 1;
        for (int i = 0; i < burst && client.producing.hasCredit(alias); i++) {
            client.producing.send(session, to, message(session, to), first || (i == burst - 1 && chance.in(0.4)));
        }
    }

    private Destinations.Named destination() {
        temporaries.removeIf(t -> !client.aliases.isMine(t));
        if (chance.in(0.05)) {
            if (temporaries.isEmpty()) {
                temporaries.add(client.aliases.newTemporary(client.id()));
            }
            return chance.pick(temporaries);
        }
        return chance.pick(destinations.all);
    }

    private Sent message(SimSession session, Destinations.Named to) {
        String group = usesGroups && chance.in(0.7) ? "g" + chance.below(6) : null;
        long timeToLiveMs = chance.in(timed) ? chance.pick(1L, 50L, 1_000L, 3_600_000L) : 0;
        long delayMs = chance.in(timed) && timeToLiveMs == 0 ? chance.pick(1L, 100L, 3_000L) : 0;
        Sent.Wish wish = new Sent.Wish(
                to.kind(),
                to.name(),
                chance.in(persistent),
                chance.in(0.2) ? chance.below(10) : 4,
                group,
                chance.pick(Selection.COLOURS),
                chance.below(100),
                timeToLiveMs,
                delayMs);
        return new Sent(
                client.id(), client.clientId, client.producing.nextSequence(), session.label, wish, encode(wish));
    }

    private byte[] encode(Sent.Wish wish) {
        long clientNow = now + client.skewMs;
        writer.begin()
                .connectionId(client.id())
                .flags(wish.persistent() ? MessageFlags.PERSISTENT : 0)
                .priority(wish.priority())
                .timestamp(clientNow)
                .expiration(wish.timeToLiveMs() == 0 ? 0 : clientNow + wish.timeToLiveMs())
                .deliveryTime(clientNow + wish.delayMs())
                .destination(wish.kind(), wish.destination())
                .replyTo(null, null)
                .correlationId(null)
                .type(null)
                .property("colour", wish.colour())
                .property("number", wish.number());
        if (wish.group() != null) {
            writer.property("JMSXGroupID", wish.group());
        }
        ByteBuffer sealed = writer.textBody("x".repeat(chance.below(bodyMax)) + chance.next())
                .seal(client.producing.nextSequence());
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        return bytes;
    }

    // --- consuming ---

    private Selection selection() {
        return usesSelectors ? chance.pick(Selection.values()) : Selection.ALL;
    }

    private void openConsumer(SimSession session) {
        if (session.consumers.size() >= CONSUMERS_MAX) {
            return;
        }
        int messages = chance.pick(1, 2, 5, 20, 100);
        int bytes = chance.pick(300, 5_000, 1 << 20);
        int priority = chance.in(0.2) ? chance.between(1, 3) : 0;
        int choice = chance.in(0.05) ? FrameFlags.CONSUMER_EXCLUSIVE : 0;
        boolean all = !destinations.topics().isEmpty() && chance.in(0.1);
        Destinations.Named from = all ? Destinations.EVERY_TOPIC : from();
        if (from.isQueue()) {
            client.consuming.open(
                    session,
                    new Consuming.Wanted(from, choice, null, selection().text(), priority, messages, bytes));
            return;
        }
        int flags = (chance.in(0.5) ? FrameFlags.CONSUMER_DURABLE : 0)
                | (chance.in(0.4) ? FrameFlags.CONSUMER_SHARED : FrameFlags.CONSUMER_NO_LOCAL * chance.below(2));
        boolean durable = (flags & FrameFlags.CONSUMER_DURABLE) != 0;
        boolean shared = (flags & FrameFlags.CONSUMER_SHARED) != 0;
        if (durable && !shared && client.clientId == null) {
            flags &= ~FrameFlags.CONSUMER_DURABLE;
            durable = false;
        }
        String name = durable || shared ? subscription(from, durable, shared) : null;
        client.consuming.open(
                session,
                new Consuming.Wanted(from, flags | choice, name, selection().text(), priority, messages, bytes));
    }

    private static String subscription(Destinations.Named from, boolean durable, boolean shared) {
        return from.name() + (durable ? "-durable" : "") + (shared ? "-shared" : "");
    }

    private Destinations.Named from() {
        temporaries.removeIf(t -> !client.aliases.isMine(t));
        if (!temporaries.isEmpty() && chance.in(0.2)) {
            return chance.pick(temporaries);
        }
        if (chance.in(0.05)) {
            return Destinations.Named.plain(
                    DestinationKind.QUEUE,
                    "DLQ." + chance.pick(destinations.all).name());
        }
        return chance.pick(destinations.all);
    }

    private interface OnConsumer {
        void act(SimConsumer consumer);
    }

    private void withConsumer(SimSession session, OnConsumer deed) {
        List<SimConsumer> usable = session.consumers.values().stream()
                .filter(c -> c.open && !c.closing)
                .toList();
        if (!usable.isEmpty()) {
            deed.act(chance.pick(usable));
        }
    }

    private void receive(SimSession session) {
        List<SimConsumer> filled = session.consumers.values().stream()
                .filter(c -> !c.closing && c.hasUnseen())
                .toList();
        if (filled.isEmpty()) {
            client.consuming.credit(session, chance.in(0.1));
            return;
        }
        SimConsumer consumer = chance.pick(filled);
        int count = chance.pick(1, 1, 3, 10);
        for (int i = 0; i < count && client.consuming.receive(session, consumer); i++) {
            if (session.isInTransaction()) {
                acknowledge(session, consumer, AckOutcome.CONSUMED, consumer.unacknowledged, false);
            }
        }
    }

    private void acknowledge(
            SimSession session, SimConsumer consumer, AckOutcome outcome, List<Long> tags, boolean wait) {
        if (!tags.isEmpty()) {
            client.consuming.acknowledge(session, consumer, outcome, List.copyOf(tags), wait);
        }
    }

    private void settle(SimSession session) {
        switch (session.mode) {
            case TRANSACTED -> {
                if (chance.in(0.3)) {
                    commitOrRollback(session);
                }
            }
            case XA -> branchWork(session);
            case CLIENT ->
                session.consumers.values().stream()
                        .toList()
                        .forEach(c -> acknowledge(session, c, AckOutcome.CONSUMED, c.unacknowledged, true));
            case INDIVIDUAL ->
                withUnacknowledged(session, c -> {
                    List<Long> some = c.unacknowledged.stream()
                            .filter(t -> chance.in(0.6))
                            .toList();
                    acknowledge(session, c, outcome(), some, chance.in(0.5));
                });
            default ->
                withUnacknowledged(session, c -> acknowledge(session, c, AckOutcome.CONSUMED, c.unacknowledged, false));
        }
    }

    private void commitOrRollback(SimSession session) {
        if (chance.in(0.75)) {
            client.transacting.commit(session);
        } else {
            client.transacting.rollback(session);
        }
    }

    private void branchWork(SimSession session) {
        SimBranch branch = session.branch;
        if (session.consumers.isEmpty()) {
            openConsumer(session);
        }
        if (branch == null) {
            if (chance.in(0.8)) {
                start(session);
            } else {
                withUnacknowledged(session, c -> acknowledge(session, c, AckOutcome.CONSUMED, c.unacknowledged, false));
            }
            return;
        }
        for (SimConsumer consumer : List.copyOf(session.consumers.values())) {
            for (int i = chance.between(0, 3); i > 0 && client.consuming.receive(session, consumer); i--) {
                acknowledge(session, consumer, AckOutcome.CONSUMED, consumer.unacknowledged, false);
            }
        }
        if (chance.in(0.3)) {
            int suspends = session.suspended == null ? 2 : 0;
            int[] flags = {XAResource.TMSUCCESS, XAResource.TMSUSPEND, XAResource.TMFAIL};
            client.xa.end(session, branch, flags[chance.weighted(12, suspends, 1)]);
        }
    }

    private void start(SimSession session) {
        SimBranch suspended = session.suspended;
        if (suspended != null) {
            if (chance.in(0.7)) {
                client.xa.start(session, suspended, XAResource.TMRESUME, 0);
            } else {
                client.xa.end(session, suspended, XAResource.TMSUCCESS);
            }
            return;
        }
        SimBranch joinable = chance.in(0.3) ? manager.joinable() : null;
        if (joinable == null) {
            client.xa.start(session, manager.begin(), XAResource.TMNOFLAGS, chance.pick(0L, 0L, 0L, 50L, 3_000L));
        } else {
            client.xa.start(session, joinable, XAResource.TMJOIN, 0);
        }
    }

    private AckOutcome outcome() {
        return AckOutcome.values()[chance.weighted(12, 1, 2, 2)];
    }

    private void withUnacknowledged(SimSession session, OnConsumer deed) {
        List<SimConsumer> some = session.consumers.values().stream()
                .filter(c -> !c.unacknowledged.isEmpty())
                .toList();
        if (!some.isEmpty()) {
            deed.act(chance.pick(some));
        }
    }

    private void recover(SimSession session) {
        if (session.isTransacted()) {
            client.transacting.rollback(session);
        } else {
            client.transacting.recover(session);
        }
    }

    private void unsubscribe(SimSession session) {
        List<Destinations.Named> topics = destinations.topics();
        if (topics.isEmpty()) {
            return;
        }
        boolean shared = client.clientId == null || chance.in(0.5);
        client.consuming.unsubscribe(session, subscription(chance.pick(topics), true, shared), shared);
    }

    // --- the end of a simulation: everything is fetched and acknowledged ---

    /** Fetches and acknowledges all there is; returns whether there was anything. */
    boolean sweep() {
        boolean any = false;
        for (SimSession session : client.freeSessions()) {
            for (SimConsumer consumer : List.copyOf(session.consumers.values())) {
                while (client.consuming.receive(session, consumer)) {
                    any = true;
                }
                acknowledge(session, consumer, AckOutcome.CONSUMED, consumer.unacknowledged, false);
            }
            client.consuming.credit(session, true);
        }
        return any;
    }
}
