// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.Annotations;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as the core knows it: what it has named, opened and sent. It outlives the socket by the time of
 * grace, within which the client may resume it.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class ClientConnection {

    private static final byte[] NO_ANNOTATIONS = {};

    private final UUID id;
    private final IntMap<Binding> bindings = new IntMap<>();
    private final IntMap<ClientSession> sessions = new IntMap<>();
    private final IntMap<Consumer> consumers = new IntMap<>();
    private final IntMap<Browser> browsers = new IntMap<>();
    private final List<Destination> temporaries = new ArrayList<>();
    private final ReceivedSends receivedSends;
    private Outlet outlet;
    private @Nullable String clientId;
    private @Nullable String user;
    private byte[] annotations = NO_ANNOTATIONS;
    private @Nullable ByteBuffer annotationsOrNull;
    private @Nullable Producer producer;
    private long sentAfter;
    private long lostAtMs;
    private boolean isLost;
    private boolean isGone;
    private boolean wasResumed;

    /**
     * @param receivedSends what is remembered of an earlier connection of that id
     */
    ClientConnection(UUID id, Outlet outlet, ReceivedSends receivedSends) {
        this.id = id;
        this.outlet = outlet;
        this.receivedSends = receivedSends;
    }

    /** The id that the client chose; it keeps it when it connects again. */
    public UUID id() {
        return id;
    }

    /** The JMS client id, or null. */
    public @Nullable String clientId() {
        return clientId;
    }

    /** Who it has shown to be; null if it did not have to. */
    public @Nullable String user() {
        return user;
    }

    void user(@Nullable String newUser) {
        user = newUser;
        annotations = newUser == null ? NO_ANNOTATIONS : Annotations.encode(Map.of(Annotations.USER_ID, newUser));
        annotationsOrNull = newUser == null ? null : ByteBuffer.wrap(annotations);
    }

    /** The same for those who read them at absolute indexes; null for nothing. */
    @Nullable
    ByteBuffer annotationsOrNull() {
        return annotationsOrNull;
    }

    /** What the server adds to each message that it sends, as in records; empty for nothing. Not to be changed. */
    byte[] annotations() {
        return annotations;
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
            receivedSends.atLeast(newProducer.highest());
        }
    }

    /** What it has sent, whether durable or not. */
    ReceivedSends receivedSends() {
        return receivedSends;
    }

    /** Whether the send with that number was seen before and not refused. */
    boolean isDuplicate(long sequence) {
        return receivedSends.isDuplicate(sequence, producer);
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
