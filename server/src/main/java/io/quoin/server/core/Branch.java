// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Xid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A branch of a distributed transaction, with the work of all sessions of all connections that take part in it. Until it is
 * prepared all of that is here and in no log; afterwards only what no log keeps: non-persistent messages, those for
 * temporary destinations, and non-durable subscriptions.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Branch {

    /** A message that the log has, for non-durable subscriptions of its topic as well. */
    record Route(int topic, int send, Set<Integer> takers) {}

    private final Xid xid;
    private final long id;
    private final long beganAtMs;
    /** Those whose work has not ended, with whether they have suspended it. */
    private final Map<ClientSession, Boolean> sessions = new LinkedHashMap<>();

    private final Map<ClientConnection, LocalTransaction> sends = new LinkedHashMap<>();
    private HeldMessages held = new HeldMessages();
    private final List<Route> routes = new ArrayList<>();
    /** Where its messages were received. */
    private final Set<Consumer> consumers = new LinkedHashSet<>();

    private long deadlineMs;
    private int failure;

    /**
     * A branch without work.
     *
     * @param id rises from branch to branch
     * @param beganAtMs on the server's clock
     * @param deadlineMs when it is rolled back by itself, on the monotonic clock
     */
    Branch(Xid xid, long id, long beganAtMs, long deadlineMs) {
        this.xid = xid;
        this.id = id;
        this.beganAtMs = beganAtMs;
        this.deadlineMs = deadlineMs;
    }

    Xid xid() {
        return xid;
    }

    long id() {
        return id;
    }

    long beganAtMs() {
        return beganAtMs;
    }

    long deadlineMs() {
        return deadlineMs;
    }

    void deadlineMs(long atMs) {
        deadlineMs = atMs;
    }

    /** Why it can only be rolled back, a code of XA; 0 if it can be committed. */
    int failure() {
        return failure;
    }

    boolean hasFailed() {
        return failure != 0;
    }

    /** From now on it can only be rolled back; the first reason counts. */
    void fail(int code) {
        failure = failure == 0 ? code : failure;
    }

    /** Its work so far was undone. */
    void undone() {
        sends.clear();
        routes.clear();
        held.clear();
        consumers.clear();
    }

    // --- who takes part

    void join(ClientSession session) {
        sessions.put(session, false);
        session.branch(this);
        session.branches().add(this);
    }

    void suspend(ClientSession session) {
        sessions.put(session, true);
        session.branch(null);
    }

    void resume(ClientSession session) {
        sessions.put(session, false);
        session.branch(this);
    }

    void leave(ClientSession session) {
        sessions.remove(session);
        session.branches().remove(this);
        if (session.branch() == this) {
            session.branch(null);
        }
    }

    boolean has(ClientSession session) {
        return sessions.containsKey(session);
    }

    boolean isSuspended(ClientSession session) {
        return sessions.getOrDefault(session, false);
    }

    /** Sessions whose work in it has not ended. */
    Collection<ClientSession> sessions() {
        return sessions.keySet();
    }

    // --- its work

    /** What a connection has sent in it. */
    LocalTransaction sends(ClientConnection c) {
        return sends.computeIfAbsent(c, any -> new LocalTransaction());
    }

    /** What each connection has sent in it, in order. */
    Map<ClientConnection, LocalTransaction> sends() {
        return sends;
    }

    /** From now on this is what the connection has sent: the rest is in the log. */
    void keepSends(ClientConnection c, LocalTransaction rest) {
        sends.put(c, rest);
    }

    HeldMessages held() {
        return held;
    }

    /** From now on this is what was acknowledged: the rest is in the log. */
    void keepHeld(HeldMessages rest) {
        held = rest;
    }

    List<Route> routes() {
        return routes;
    }

    Set<Consumer> consumers() {
        return consumers;
    }

    void acknowledged(Consumer consumer, int priority, long arrival) {
        held.add(consumer.source().number(), priority, arrival);
        consumers.add(consumer);
    }

    /** Messages sent in it. */
    int sendCount() {
        int count = 0;
        for (LocalTransaction one : sends.values()) {
            count += one.sendCount();
        }
        return count;
    }

    /** Bytes that its sends take. */
    long bytes() {
        long bytes = 0;
        for (LocalTransaction one : sends.values()) {
            bytes += one.bytes();
        }
        return bytes;
    }

    /** Its sends and acknowledgements. */
    int size() {
        return sendCount() + held.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
