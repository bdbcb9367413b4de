// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as the core knows it: what it has named, opened and sent. It outlives the socket by the time of
 * grace, within which the client may resume it.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class ClientConnection {

    /** Refused sends that a resend is told apart from stored ones by. */
    private static final int REFUSED_MAX = 1_024;

    private final UUID id;
    private final IntMap<Binding> bindings = new IntMap<>();
    private final IntMap<ClientSession> sessions = new IntMap<>();
    private final IntMap<Consumer> consumers = new IntMap<>();
    private final IntMap<Browser> browsers = new IntMap<>();
    private final List<Destination> temporaries = new ArrayList<>();
    private final LongRing refused = new LongRing(REFUSED_MAX);
    private Outlet outlet;
    private @Nullable String clientId;
    private @Nullable Producer producer;
    private long highestReceived;
    private long unrecordedRefused;
    private long sentAfter;
    private long lostAtMs;
    private boolean isLost;
    private boolean isGone;
    private boolean wasResumed;

    ClientConnection(UUID id, Outlet outlet) {
        this.id = id;
        this.outlet = outlet;
    }

    /** The id that the client chose; it keeps it when it connects again. */
    public UUID id() {
        return id;
    }

    /** The JMS client id, or null. */
    public @Nullable String clientId() {
        return clientId;
    }

    /** Whether the last HELLO found the sessions of an earlier socket. */
    public boolean wasResumed() {
        return wasResumed;
    }

    /** Whether its sessions have ended: it was closed, or its time of grace is over. */
    public boolean isGone() {
        return isGone;
    }

    void clientId(@Nullable String newClientId) {
        clientId = newClientId;
    }

    Outlet outlet() {
        return outlet;
    }

    IntMap<Binding> bindings() {
        return bindings;
    }

    IntMap<ClientSession> sessions() {
        return sessions;
    }

    /** Consumers of all its sessions by the client's numbers. */
    IntMap<Consumer> consumers() {
        return consumers;
    }

    IntMap<Browser> browsers() {
        return browsers;
    }

    /** The temporary destinations that die with it. */
    List<Destination> temporaries() {
        return temporaries;
    }

    /** What is durably known of its sends; null before the first that is. */
    @Nullable
    Producer producer() {
        return producer;
    }

    void producer(@Nullable Producer newProducer) {
        producer = newProducer;
        if (newProducer != null) {
            highestReceived = Math.max(highestReceived, newProducer.highest());
        }
    }

    /** Whether the send with that number was seen before and not refused. */
    boolean isDuplicate(long sequence) {
        if (sequence > highestReceived || refused.contains(sequence)) {
            return false;
        }
        return producer == null || !producer.holes().contains(sequence);
    }

    void received(long sequence) {
        if (sequence > highestReceived) {
            highestReceived = sequence;
        } else {
            refused.remove(sequence);
        }
    }

    void refused(long sequence) {
        highestReceived = Math.max(highestReceived, sequence);
        refused.add(sequence);
        unrecordedRefused++;
    }

    /** Sends that were refused and are not yet in the log as such. */
    LongRing refusedSends() {
        return refused;
    }

    boolean hasUnrecordedRefused() {
        return unrecordedRefused > 0;
    }

    void refusedRecorded() {
        unrecordedRefused = 0;
    }

    /** Raises and returns the log position that the answer to the latest send has to wait for: it never falls. */
    long sentAfter(long position) {
        sentAfter = Math.max(sentAfter, position);
        return sentAfter;
    }

    /** Whether there is something to resume: nobody sends, opens or has anything who named and opened nothing. */
    boolean hasAnything() {
        return wasResumed || !bindings.isEmpty() || !sessions.isEmpty();
    }

    /** Whether the socket is gone and the time of grace runs. */
    boolean isLost() {
        return isLost;
    }

    /** On the monotonic clock. */
    long lostAtMs() {
        return lostAtMs;
    }

    void lost(long atMs) {
        isLost = true;
        lostAtMs = atMs;
    }

    void resumed(Outlet newOutlet) {
        outlet = newOutlet;
        isLost = false;
        wasResumed = true;
    }

    void gone() {
        isGone = true;
    }
}
