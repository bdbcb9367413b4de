// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Xid;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A branch of a distributed transaction, with the work of all sessions of all connections that take part in it. Until it is
 * prepared all of that is here, and only of a large one in the log as well; afterwards only what no log keeps: non-persistent messages, those for
 * temporary destinations, and non-durable subscriptions.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Branch {

    private final Xid xid;
    private final long id;
    private final long beganAtMs;
    /** Those whose work has not ended, with whether they have suspended it. */
    private final Map<ClientSession, Boolean> sessions = new LinkedHashMap<>();

    /** Those with a session that has worked in it, save the ones that are lost for good. */
    private final Set<ClientConnection> connections = new LinkedHashSet<>();

    private final Map<ClientConnection, KeptSends> sends = new LinkedHashMap<>();
    private HeldMessages held = new HeldMessages();
    private @Nullable LoggedPart logged;
    /** Where its messages were received. */
    private final Set<Consumer> consumers = new LinkedHashSet<>();

    private long deadlineMs;
    private int failure;
    private boolean isUndone;

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
        isUndone = true;
        release();
        sends.clear();
        logged = null;
        held = new HeldMessages(); // whoever undoes it has the former
        consumers.clear();
    }

    /** Whether it has failed, and what it did until then was undone. */
    boolean isUndone() {
        return isUndone;
    }

    /** It has ended: what it keeps does not count any longer. */
    void release() {
        sends.values().forEach(KeptSends::release);
    }

    // --- who takes part

    void join(ClientSession session) {
        connections.add(session.connection());
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

    /** A connection is gone that was not closed; returns whether it was the last of those that have worked in the branch. */
    boolean lost(ClientConnection connection) {
        return connections.remove(connection) && connections.isEmpty();
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
    KeptSends sends(ClientConnection c, KeptMemory memory) {
        return sends.computeIfAbsent(c, any -> new KeptSends(memory));
    }

    /** What each connection has sent in it, in order. */
    Map<ClientConnection, KeptSends> sends() {
        return sends;
    }

    /** The part of it that is in the log; null as long as it is small, and not prepared. */
    @Nullable
    LoggedPart logged() {
        return logged;
    }

    /** From now on its work is logged as it comes, or is logged now. */
    void isLarge(LoggedPart part) {
        logged = part;
    }

    HeldMessages held() {
        return held;
    }

    /** From now on this is what was acknowledged: the rest is in the log. */
    void keepHeld(HeldMessages rest) {
        held = rest;
    }

    Set<Consumer> consumers() {
        return consumers;
    }

    void acknowledged(Consumer consumer, HeldMessages messages) {
        for (int i = 0; i < messages.ranges(); i++) {
            held.add(messages.source(i), messages.priority(i), messages.first(i), messages.last(i));
        }
        consumers.add(consumer);
    }

    /** Messages sent in it. */
    int sendCount() {
        int count = logged == null ? 0 : logged.sends();
        for (KeptSends one : sends.values()) {
            count += one.count();
        }
        return count;
    }

    /** Bytes that its sends take. */
    long bytes() {
        return keptBytes() + (logged == null ? 0 : logged.bytes());
    }

    /** Bytes that those of its sends take that are in no log. */
    long keptBytes() {
        long bytes = 0;
        for (KeptSends one : sends.values()) {
            bytes += one.bytes();
        }
        return bytes;
    }

    /** Its sends and acknowledgements. */
    long size() {
        return sendCount() + held.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }
}
