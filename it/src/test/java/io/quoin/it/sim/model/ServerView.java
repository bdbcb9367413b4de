// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.it.sim.model.Sent.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows and owes, by the bytes that have passed its end of the links. A server handles frames in the order
 * in which they come, so this model follows the same order and knows exactly what must have happened; only after a crash is
 * something open: what was handled and not promised is there or not, and the first sign of either decides.
 *
 * <p>This class holds the state that all connections share: messages, places, and what a crash makes of them.
 */
public final class ServerView {

    /** Measured expiry and delay may be off by so much. */
    static final long TOLERANCE_MS = 100;

    /** How long a branch may take to be prepared, unless its transaction manager says otherwise. */
    public static final long BRANCH_TIMEOUT_MS = 300_000;

    private final Trace trace;
    private final LongSupplier nowMs;
    private final Map<Sent.Key, Sent> messages = new LinkedHashMap<>();
    private final Map<String, Place> queues = new LinkedHashMap<>();
    private final Map<String, Place> subscriptions = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();
    private final Set<ConnectionView> connections = new LinkedHashSet<>();
    private final Map<UUID, ClientView> clients = new LinkedHashMap<>();
    private final List<Transaction> transactions = new ArrayList<>();
    private final Branches branches = new Branches(this);
    private final Awaited awaited = new Awaited(this);
    private final Map<String, Place.Limits> limits;
    private long arrivals;
    private long events;
    /** Whether some server died without a word, so that a first delivery may be shown as a later one. */
    private boolean everKilled;

    private boolean hindered;

    /**
     * @param nowMs the server's clock
     * @param limits of queues and topics, by name
     */
    public ServerView(Trace trace, LongSupplier nowMs, Map<String, Place.Limits> limits) {
        this.trace = trace;
        this.nowMs = nowMs;
        this.limits = Map.copyOf(limits);
    }

    /** A producer is about to send; comes before the bytes do. */
    public void issued(Sent sent) {
        messages.put(sent.key(), sent);
    }

    /** An application has been given a message. */
    public void handed(UUID connection, int consumer, long tag) {
        Copy copy = client(connection).delivered(consumer, tag);
        trace.add("  handed ", copy, " by consumer ", consumer);
        copy.handed = true;
        ConsumerView at = copy.at;
        if (at != null
                && at.number == consumer
                && copy.tag == tag
                && at.session.openedOn.id().equals(connection)) {
            copy.inHandOf = at;
        }
    }

    /** A new link. */
    public ConnectionView connected(String name) {
        ConnectionView connection = new ConnectionView(this, trace, name);
        connections.add(connection);
        return connection;
    }

    /** Whether a full disk or a stop that has begun keeps the server from delivering what it has. */
    public void hindered(boolean isHindered) {
        hindered = isHindered;
    }

    /** As it was told last. */
    public boolean isHindered() {
        return hindered;
    }

    /** The server died; whatever was not promised is open. */
    public void killed() {
        trace.add("  the server dies");
        everKilled = true;
        Set<UUID> consumed = new LinkedHashSet<>();
        clients.values().stream().filter(ClientView::hasConsumed).forEach(c -> consumed.add(c.id));
        awaited.killed(consumed, places);
        stopped(false);
    }

    /** The server has started; {@code restartGraceMs} is how long it waits for clients after an unclean stop. */
    public void started(long restartGraceMs) {
        awaited.started(restartGraceMs);
    }

    Awaited awaited() {
        return awaited;
    }

    /** The server has stopped in an orderly way: whatever it handled it has also stored. */
    public void stoppedCleanly() {
        trace.add("  the server has stopped");
        awaited.stopped(places);
        stopped(true);
    }

    private void stopped(boolean clean) {
        connections.clear();
        clients.values().forEach(ClientView::serverGone);
        for (Transaction transaction : transactions) {
            if (!(transaction instanceof Branch)) {
                Transactions.serverGone(transaction, clean, this);
            }
        }
        branches.serverGone(clean);
        transactions.removeIf(t -> t.state == Transaction.State.COMMITTED || t.state == Transaction.State.ROLLED_BACK);
        for (Place place : places) {
            for (Copy copy : List.copyOf(place.copies)) {
                serverGone(copy, clean);
            }
            place.consumers.clear();
            place.doubtful();
            if (!place.durable) {
                place.state = Place.State.GONE;
            }
        }
        queues.values().removeIf(p -> p.state == Place.State.GONE);
        subscriptions.values().removeIf(p -> p.state == Place.State.GONE);
        messages.values().forEach(sent -> serverGone(sent, clean));
    }

    private static void serverGone(Sent sent, boolean clean) {
        if (sent.outcome == Outcome.ISSUED || sent.outcome == Outcome.NEVER) {
            return;
        }
        if (sent.outcome == Outcome.HELD && sent.survives()) {
            return; // a part of a branch that is or may be prepared
        }
        if (!sent.survives() || sent.copies.stream().noneMatch(copy -> copy.place.durable)) {
            // What waits for nobody who survives is kept by nobody either.
            sent.outcome = Outcome.NEVER;
        } else if (sent.outcome == Outcome.ACCEPTED) {
            sent.outcome = Outcome.IN_DOUBT;
        }
    }

    private void serverGone(Copy copy, boolean clean) {
        if (copy.isOut()) {
            back(copy);
            copy.uncertain = true;
        }
        if (!clean) {
            copy.uncertain = true;
            copy.countFrom = 0;
        }
        Copy origin = copy.origin;
        if (origin != null && !origin.place.durable) {
            // A message that only non-durable subscriptions took was kept in memory, and so is its dead letter.
            copy.certain = false;
        }
        if (copy.gone == Copy.Gone.HANDLED) {
            copy.gone = clean ? Copy.Gone.YES : Copy.Gone.IN_DOUBT;
        }
        if (copy.dead != null && copy.certainlyDead && !clean && copy.gone != Copy.Gone.YES) {
            copy.certainlyDead = false;
        }
    }

    void disconnected(ConnectionView connection) {
        connections.remove(connection);
    }

    ClientView client(UUID id) {
        return clients.computeIfAbsent(id, i -> new ClientView(this, i));
    }

    Sent message(UUID connection, long sequence) {
        Sent sent = messages.get(new Sent.Key(connection, sequence));
        if (sent == null) {
            throw new Violation("A message that nobody sent: " + connection + "-" + sequence);
        }
        return sent;
    }

    // --- places ---

    Place queue(String name) {
        Place queue = queues.get(name);
        if (queue == null) {
            boolean temporary = name.startsWith("$quoin.temp.");
            Place.Limits limited = limits.getOrDefault(name, Place.Limits.DEFAULT);
            if (name.startsWith(Place.DEAD)) {
                limited = new Place.Limits(0, limited.groupSlots());
            }
            queue = new Place(name, null, !temporary, Selection.ALL, null, limited);
            queue.state = Place.State.ACTIVE;
            queues.put(name, queue);
            places.add(queue);
        }
        return queue;
    }

    /** The subscription under that key; if there is none for certain, the last one that there may be. */
    @Nullable
    Place subscription(String key) {
        Place known = subscriptions.get(key);
        for (int i = places.size() - 1; i >= 0 && known == null; i--) {
            Place place = places.get(i);
            if (place.topic != null && place.name.equals(key) && place.state != Place.State.GONE) {
                known = place;
            }
        }
        return known;
    }

    /** The subscription that there is or may be under that key with these properties. */
    @Nullable
    Place subscription(String key, String topic, Selection selection, boolean noLocal) {
        for (int i = places.size() - 1; i >= 0; i--) {
            Place place = places.get(i);
            if (place.name.equals(key)
                    && topic.equals(place.topic)
                    && place.selection == selection
                    && place.isNoLocal() == noLocal
                    && place.state != Place.State.GONE) {
                return place;
            }
        }
        return null;
    }

    Place newSubscription(
            String key, String topic, boolean durable, Selection selection, @Nullable ConnectionView noLocalTo) {
        Place.Limits limited = limits.getOrDefault(topic, Place.Limits.DEFAULT);
        Place place = new Place(key, topic, durable, selection, noLocalTo, limited);
        places.add(place);
        for (Transaction transaction : transactions) {
            if (transaction.isTakingEffect()) {
                mayTake(place, transaction);
            }
        }
        return place;
    }

    /** A subscription that came between a commit and its answer takes of the transaction what joins after it. */
    private void mayTake(Place place, Transaction transaction) {
        for (Sent sent : transaction.sends) {
            if (sent.isTopic() && subscriptionsOf(sent.wish.destination()).contains(place) && place.takes(sent)) {
                join(sent, place, false);
            }
        }
    }

    /** The place is what goes by its name now; whatever else went by it is gone. */
    void established(Place subscription) {
        subscriptions.put(subscription.name, subscription);
        for (Place place : places) {
            if (place != subscription && place.topic != null && place.name.equals(subscription.name)) {
                place.state = Place.State.GONE;
            }
        }
        subscription.established();
    }

    /** The server has refused to make the subscription: what went by its name before is what it was. */
    void notEstablished(Place subscription, Object request) {
        Place known = subscriptions.get(subscription.name);
        if (known != null && known.state != Place.State.GONE) {
            if (known == subscription) {
                known.isThere();
            } else {
                known.isNotGone();
            }
        }
        if (known != subscription && subscription.madeBy == request) {
            subscription.state = Place.State.GONE;
        }
    }

    void removed(Place place) {
        place.state = Place.State.GONE;
        queues.remove(place.name, place);
        subscriptions.remove(place.name, place);
    }

    List<Place> subscriptionsOf(String topic) {
        List<Place> of = new ArrayList<>();
        for (Place place : places) {
            if (place.state != Place.State.GONE && place.isOf(topic)) {
                of.add(place);
            }
        }
        return of;
    }

    /** The queues and durable subscriptions that there may be. */
    public List<Place> remaining() {
        return places.stream()
                .filter(p -> p.durable && p.state != Place.State.GONE)
                .toList();
    }

    Collection<Place> places() {
        return places;
    }

    /** Whether it was sent to a queue that dies with a connection, and may have died. */
    boolean mayBeUndeliverable(Sent sent) {
        Place queue = queues.get(sent.wish.destination());
        return sent.wish.destination().startsWith("$quoin.temp.")
                && (queue == null || queue.state != Place.State.ACTIVE);
    }

    // --- what becomes of messages ---

    /** The send is in effect: the message joins its places. */
    void effective(Sent sent) {
        sent.outcome = Outcome.ACCEPTED;
        boolean certain = sent.survives() || !sent.resent;
        if (!sent.isTopic()) {
            Place queue = queue(sent.wish.destination());
            join(sent, queue, certain && queue.state == Place.State.ACTIVE);
            return;
        }
        for (Place place : subscriptionsOf(sent.wish.destination())) {
            if (place.takes(sent)) {
                join(sent, place, certain && place.state == Place.State.ACTIVE && sent.routed.contains(place));
            }
        }
    }

    /** The places that must take a message to a topic if it is sent now. */
    List<Place> routes(Sent sent) {
        return sent.isTopic()
                ? subscriptionsOf(sent.wish.destination()).stream()
                        .filter(p -> p.state == Place.State.ACTIVE)
                        .toList()
                : List.of();
    }

    private void join(Sent sent, Place place, boolean certain) {
        Copy known = place.bySent.get(sent);
        if (known != null && (sent.survives() || known.gone == Copy.Gone.NO)) {
            known.arrival = -1;
            return;
        }
        Copy copy = new Copy(sent, place, certain, null);
        copy.arrival = sent.resent || sent.wish.delayMs() > 0 ? -1 : ++arrivals;
        copy.arrivedBy = sent.transaction == null ? copy.arrival : Long.MAX_VALUE;
        add(copy);
    }

    /** What the transaction has sent has arrived by now. */
    void arrived(Transaction transaction) {
        transaction.hasArrived = true;
        arrivals++;
        for (Sent sent : transaction.sends) {
            for (Copy copy : sent.copies) {
                copy.arrivedBy = Math.min(copy.arrivedBy, arrivals);
            }
        }
    }

    void add(Copy copy) {
        copy.place.copies.add(copy);
        copy.place.bySent.put(copy.sent, copy);
        copy.sent.copies.add(copy);
    }

    /** The server has said that the message is stored, in words or by showing it. */
    void stored(Sent sent) {
        if (sent.outcome == Outcome.ACCEPTED || sent.outcome == Outcome.IN_DOUBT) {
            sent.outcome = Outcome.STORED;
            sent.storedAt = events;
            Transaction transaction = sent.transaction;
            if (transaction != null) {
                Transactions.proveCommitted(transaction, this);
            }
        }
    }

    void handledGone(Copy copy) {
        copy.gone = Copy.Gone.HANDLED;
        leave(copy);
    }

    void gone(Copy copy) {
        copy.gone = Copy.Gone.YES;
        leave(copy);
        copy.place.copies.remove(copy);
        if (copy.origin != null) {
            settleOrigin(copy.origin);
        }
    }

    private void settleOrigin(Copy origin) {
        if (origin.gone != Copy.Gone.YES) {
            gone(origin);
        }
    }

    /** The message waits in its place again. */
    void back(Copy copy) {
        leave(copy);
        copy.held = null;
        copy.heldBy = null;
        copy.backAt = events;
    }

    private static void leave(Copy copy) {
        ConsumerView consumer = copy.at;
        if (consumer != null) {
            consumer.out.remove(copy.tag);
        }
        copy.at = null;
        copy.inHandOf = null;
    }

    /** The message waits again, and its delivery counts. */
    void backCounted(Copy copy) {
        back(copy);
        copy.countFrom++;
        copy.countTo++;
        DeadLetters.counted(copy, this);
    }

    void opened(Transaction transaction) {
        transactions.add(transaction);
    }

    /** So much time has passed that no branch is open any more but those that are prepared. */
    public void branchesTimedOut() {
        branches.timedOut();
    }

    /** Everything is at rest: time may have changed what nobody has told of. */
    public void atRest() {
        branches.review();
        awaited.atRest();
    }

    Branches branches() {
        return branches;
    }

    List<Transaction> transactions() {
        return transactions;
    }

    // --- time ---

    long nowMs() {
        return nowMs.getAsLong();
    }

    /** A number that rises with everything that passes. */
    long event() {
        return events;
    }

    void tick() {
        events++;
    }

    boolean everKilled() {
        return everKilled;
    }

    /** All messages, in the order in which they were issued. */
    public Collection<Sent> messages() {
        return messages.values();
    }

    Collection<ConnectionView> connections() {
        return connections;
    }
}
