// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.model.ProducerRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All connections: who is here, who may come back, and what ends with whom.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Connections {

    private final BrokerOptions options;
    private final Now now;
    private final Sessions sessions;
    private final DestinationResolver resolver;
    private final ProducerTable producers;
    private final Recorder recorder;
    private final AwaitedConsumers awaited;
    private final Map<UUID, ClientConnection> byId = new HashMap<>();
    private final Map<String, ClientConnection> byClientId = new HashMap<>();
    /** Lost ones in the order in which their grace ends. */
    private final ArrayDeque<ClientConnection> lost = new ArrayDeque<>();
    /** What connections had sent that are no more, in the order in which it is forgotten. */
    private final ArrayDeque<Orphan> orphans = new ArrayDeque<>();
    /** The latest of each connection id. */
    private final Map<UUID, Orphan> orphansById = new HashMap<>();

    Connections(
            BrokerOptions options,
            Now now,
            Sessions sessions,
            DestinationResolver resolver,
            ProducerTable producers,
            Recorder recorder,
            AwaitedConsumers awaited) {
        this.options = options;
        this.now = now;
        this.sessions = sessions;
        this.resolver = resolver;
        this.producers = producers;
        this.recorder = recorder;
        this.awaited = awaited;
    }

    /** After a restart: every producer is one whose connection may come back. */
    void booted() {
        for (Producer producer : producers.all()) {
            remember(producer.connectionId(), null, ReceivedSends.of(producer), producer);
        }
    }

    Collection<ClientConnection> all() {
        return byId.values();
    }

    ClientConnection connect(UUID id, @Nullable String clientId, @Nullable String user, boolean resume, Outlet outlet)
            throws Refusal {
        ClientConnection existing = byId.get(id);
        if (existing != null) {
            checkOwner(existing.user(), user);
            if (!existing.isLost()) {
                existing.outlet().fenced(ErrorCode.CONNECTION_REPLACED, "The client has connected again");
                disconnected(existing);
            }
            if (resume && !existing.isGone()) {
                existing.resumed(outlet);
                existing.user(user);
                existing.bindings().clear();
                return existing;
            }
            if (!existing.isGone()) {
                end(existing);
            }
        }
        Orphan orphan = orphansById.get(id);
        checkOwner(orphan == null ? null : orphan.user, user);
        ClientConnection c = new ClientConnection(id, outlet, orphan == null ? new ReceivedSends() : orphan.received);
        c.user(user);
        claim(c, clientId);
        c.producer(producers.find(id));
        byId.put(id, c);
        return c;
    }

    /** Message ids tell connection ids to everybody who gets a message: what one user has begun no other goes on with. */
    private static void checkOwner(@Nullable String owner, @Nullable String user) throws Refusal {
        if (owner != null && !owner.equals(user)) {
            throw new Refusal(ErrorCode.PERMISSION_DENIED, "The connection with that id is another user's");
        }
    }

    /** Gives the connection its client id. One whose connection is gone is taken over at once. */
    void claim(ClientConnection c, @Nullable String clientId) throws Refusal {
        if (clientId == null || clientId.equals(c.clientId())) {
            return;
        }
        if (clientId.isEmpty() || c.clientId() != null) {
            throw new Refusal(
                    ErrorCode.CLIENT_ID_INVALID,
                    clientId.isEmpty()
                            ? "A client id may not be empty"
                            : "The client id is " + c.clientId() + " already");
        }
        ClientConnection holder = byClientId.get(clientId);
        if (holder != null && holder != c) {
            if (!holder.isLost()) {
                throw new Refusal(
                        ErrorCode.CLIENT_ID_IN_USE, "Client id " + clientId + " is in use by another connection");
            }
            end(holder);
        }
        byClientId.put(clientId, c);
        c.clientId(clientId);
    }

    /** The socket is gone. */
    void disconnected(ClientConnection c) {
        if (c.isGone() || c.isLost()) {
            return;
        }
        if (!c.hasAnything()) {
            // Perhaps its client was never told that it is a new one: it must be told so when it comes back.
            end(c);
            return;
        }
        c.lost(now.monotonicMs());
        lost.add(c);
        for (ClientSession session : c.sessions().values()) {
            sessions.suspend(session);
        }
    }

    /** Ends the connections of a user, those in their time of grace too; but not {@code asker}, which is to be answered. */
    void expel(String user, ClientConnection asker, ErrorCode code, String text) {
        for (ClientConnection c : List.copyOf(byId.values())) {
            if (c == asker || !user.equals(c.user())) {
                continue;
            }
            if (!c.isLost()) {
                c.outlet().expelled(code, text);
                disconnected(c);
            }
            if (!c.isGone()) {
                end(c);
            }
        }
    }

    /** An orderly end, but for sessions that the client has not resumed: how far those had got it did not say. */
    void goodbye(ClientConnection c) {
        for (ClientSession session : c.sessions().values()) {
            if (session.isSuspended()) {
                sessions.lost(session);
            } else {
                sessions.close(session);
            }
        }
        Producer producer = c.producer();
        if (producer != null) {
            forget(producer);
            c.producer(null);
        }
        orphansById.remove(c.id());
        awaited.left(c);
        remove(c);
    }

    void stopping() {
        for (ClientConnection c : byId.values()) {
            for (ClientSession session : c.sessions().values()) {
                sessions.stopping(session);
            }
        }
    }

    boolean isQuiet() {
        for (ClientConnection c : byId.values()) {
            for (Consumer consumer : c.consumers().values()) {
                if (consumer.deliveries().count() > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    void stopped() {
        for (ClientConnection c : List.copyOf(byId.values())) {
            for (ClientSession session : c.sessions().values()) {
                sessions.stopped(session);
            }
        }
    }

    /** Ends what was not resumed in time, and forgets producers; returns how much was done. */
    int tick() {
        int work = 0;
        ClientConnection oldest = lost.peek();
        while (oldest != null && oldest.lostAtMs() + options.graceMs() <= now.monotonicMs()) {
            lost.remove();
            work++;
            if (oldest.isLost() && !oldest.isGone()) {
                end(oldest);
            } else {
                endSuspended(oldest);
            }
            oldest = lost.peek();
        }
        Orphan orphan = orphans.peek();
        while (orphan != null && (orphan.untilMs <= now.monotonicMs() || orphans.size() > options.producersMax())) {
            orphans.remove();
            work++;
            // It may have come back, and may have been lost once more.
            if (orphansById.remove(orphan.id, orphan) && !byId.containsKey(orphan.id) && orphan.producer != null) {
                forget(orphan.producer);
            }
            orphan = orphans.peek();
        }
        return work;
    }

    /** When {@link #tick} has something to do, on the monotonic clock; {@link Long#MAX_VALUE} if it has nothing. */
    long nextMs() {
        ClientConnection oldest = lost.peek();
        Orphan orphan = orphans.peek();
        long graceEnds = oldest == null ? Long.MAX_VALUE : oldest.lostAtMs() + options.graceMs();
        return Math.min(graceEnds, orphan == null ? Long.MAX_VALUE : orphan.untilMs);
    }

    /** Its time of grace is over, or somebody takes its place. */
    private void end(ClientConnection c) {
        sessions.lost(c);
        if (c.producer() != null || c.receivedSends().any()) {
            remember(c.id(), c.user(), c.receivedSends(), c.producer());
        }
        awaited.lost(c);
        remove(c);
    }

    private void remember(UUID id, @Nullable String user, ReceivedSends received, @Nullable Producer producer) {
        Orphan orphan = new Orphan(id, user, received, producer, now.monotonicMs() + options.producerMemoryMs());
        orphans.add(orphan);
        orphansById.put(id, orphan);
    }

    /** The connection is back, but these sessions were not resumed. */
    private void endSuspended(ClientConnection c) {
        if (c.isGone() || c.lostAtMs() + options.graceMs() > now.monotonicMs()) {
            return;
        }
        for (ClientSession session : c.sessions().values()) {
            if (session.isSuspended()) {
                sessions.lost(session);
            }
        }
    }

    private void remove(ClientConnection c) {
        List<Destination> temporaries = new ArrayList<>(c.temporaries());
        for (Destination destination : temporaries) {
            if (!destination.isGone()) {
                resolver.remove(destination);
            }
        }
        c.temporaries().clear();
        byId.remove(c.id(), c);
        if (c.clientId() != null) {
            byClientId.remove(c.clientId(), c);
        }
        c.gone();
    }

    private void forget(Producer producer) {
        if (producers.find(producer.number()) == producer) {
            ProducerRecord.putClosed(recorder.begin(true, RecordType.PRODUCER_CLOSED, 0), producer.number());
            recorder.end();
        }
    }

    /** What a lost connection had sent: remembered for some time, so that a send that comes again is recognised. */
    private static final class Orphan {

        private final UUID id;
        private final @Nullable String user;
        private final ReceivedSends received;
        private final @Nullable Producer producer;
        private final long untilMs;

        private Orphan(
                UUID id, @Nullable String user, ReceivedSends received, @Nullable Producer producer, long untilMs) {
            this.id = id;
            this.user = user;
            this.received = received;
            this.producer = producer;
            this.untilMs = untilMs;
        }
    }
}
