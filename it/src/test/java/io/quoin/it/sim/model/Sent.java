// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.DestinationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One message, from its producer's side. */
public final class Sent {

    /** How far a send has come, as far as the server's answers tell. */
    public enum Outcome {
        /** Its bytes have not reached the server. */
        ISSUED,
        /** The server has it; in a transaction that is open, nobody may see it. */
        HELD,
        /** It is in effect, and there is no promise yet that it is stored. */
        ACCEPTED,
        /** The server has promised it, or shown it to somebody. */
        STORED,
        /** A failure came between: it is there or not. */
        IN_DOUBT,
        /** Refused, rolled back, or gone with the server that kept it in memory: nobody may ever see it. */
        NEVER
    }

    /** What the producer asked for. */
    public record Wish(
            DestinationKind kind,
            String destination,
            boolean persistent,
            int priority,
            @Nullable String group,
            String colour,
            int number,
            long timeToLiveMs,
            long delayMs) {}

    public final UUID connection;
    /** Of that connection. */
    public final @Nullable String clientId;

    public final long sequence;
    /** Names the session that sent it, among all of the simulation: order is promised within one. */
    public final String session;

    public final Wish wish;
    /** The message as it was encoded. */
    public final byte[] bytes;
    /** One for each queue or subscription that it has, may have, or must have joined. */
    public final List<Copy> copies = new ArrayList<>(1);

    Outcome outcome = Outcome.ISSUED;
    /** When it expires on the server's clock at the earliest and at the latest; 0 for never. */
    long expiresFromMs;

    long expiresToMs;
    /** When it is due at the earliest; 0 for at once. */
    long dueFromMs;

    long dueToMs;
    /** The subscriptions that had to take it when the send arrived; they still have to when its transaction commits. */
    List<Place> routed = List.of();
    /** Whether it was sent more than once, so that its arrival is not known exactly. */
    boolean resent;
    /** The transaction that it belongs to. */
    @Nullable
    Transaction transaction;
    /** When the server promised it, in events of the model. */
    long storedAt;

    public Sent(UUID connection, @Nullable String clientId, long sequence, String session, Wish wish, byte[] bytes) {
        this.connection = connection;
        this.clientId = clientId;
        this.sequence = sequence;
        this.session = session;
        this.wish = wish;
        this.bytes = bytes;
    }

    /** How far it has come. */
    public Outcome outcome() {
        return outcome;
    }

    boolean isTopic() {
        return wish.kind == DestinationKind.TOPIC || wish.kind == DestinationKind.TEMPORARY_TOPIC;
    }

    /** Whether it is still there after a restart: what waits in a temporary queue is not. */
    boolean survives() {
        return wish.persistent
                && wish.kind != DestinationKind.TEMPORARY_QUEUE
                && wish.kind != DestinationKind.TEMPORARY_TOPIC;
    }

    boolean expires() {
        return wish.timeToLiveMs > 0;
    }

    Key key() {
        return new Key(connection, sequence);
    }

    /** The message id. */
    record Key(UUID connection, long sequence) {}

    @Override
    public String toString() {
        return "m" + sequence + "@" + session;
    }
}
