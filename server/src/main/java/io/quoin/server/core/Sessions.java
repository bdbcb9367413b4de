// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.server.model.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens, recovers, resumes and ends sessions.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Sessions {

    private final Consuming consuming;
    private final Settlement settlement;
    private final Branches branches;
    private final Permits permits;
    private final Transactions transactions;

    Sessions(
            Consuming consuming, Settlement settlement, Branches branches, Permits permits, Transactions transactions) {
        this.permits = permits;
        this.consuming = consuming;
        this.settlement = settlement;
        this.branches = branches;
        this.transactions = transactions;
    }

    /** Opens a session. One that has the number still, since its client did not resume it, ends now. */
    void open(ClientConnection c, int number, AcknowledgeMode mode) {
        ClientSession before = c.sessions().get(number);
        if (before != null) {
            lost(before);
        }
        c.sessions().put(number, new ClientSession(c, number, mode));
    }

    static ClientSession find(ClientConnection c, int number) throws Refusal {
        ClientSession session = c.sessions().get(number);
        if (session == null) {
            throw new Refusal(ErrorCode.SESSION_UNKNOWN, "The connection has no session " + number);
        }
        return session;
    }

    /** The consumer of that number, open or closed with messages out. */
    static Consumer consumer(ClientConnection c, ClientSession session, int number) throws Refusal {
        Consumer consumer = c.consumers().get(number);
        if (consumer == null || consumer.session() != session) {
            throw new Refusal(ErrorCode.CONSUMER_UNKNOWN, "Session " + session.number() + " has no consumer " + number);
        }
        return consumer;
    }

    /** The consumer of that number, whichever session of the connection it belongs to. */
    static Consumer consumer(ClientConnection c, int number) throws Refusal {
        Consumer consumer = c.consumers().get(number);
        if (consumer == null) {
            throw new Refusal(ErrorCode.CONSUMER_UNKNOWN, "The connection has no consumer " + number);
        }
        return consumer;
    }

    static void handed(ClientSession session, List<Handed> handed) {
        for (Handed one : handed) {
            Consumer consumer = session.connection().consumers().get(one.consumer());
            if (consumer != null && consumer.session() == session) {
                consumer.handedOut(one.handedOut());
            }
        }
    }

    /** Puts everything that is not acknowledged back, and drops the open transaction. */
    void recover(ClientSession session) {
        dropTransaction(session, false);
        for (Consumer consumer : List.copyOf(session.consumers())) {
            settlement.giveBackAll(consumer);
            Consuming.forgetIfSettled(consumer);
        }
    }

    /** An orderly end: what was handed out counts, the rest does not. */
    void close(ClientSession session) {
        dropTransaction(session, false);
        branches.closed(session);
        for (Consumer consumer : List.copyOf(session.consumers())) {
            consuming.leave(consumer);
            settlement.giveBackAll(consumer);
            end(session, consumer);
        }
        forget(session);
    }

    /** The client is gone, with all its sessions. */
    void lost(ClientConnection c) {
        for (ClientSession session : c.sessions().values()) {
            lost(session);
        }
        branches.lost(c);
    }

    /** The client is gone: nobody knows what it has handed out, save what it had named. */
    void lost(ClientSession session) {
        dropTransaction(session, true);
        branches.lost(session);
        for (Consumer consumer : List.copyOf(session.consumers())) {
            consuming.leave(consumer);
            settlement.giveBackLost(consumer);
            end(session, consumer);
        }
        forget(session);
    }

    /** The server is about to stop: takes back credit and what the application has not seen. */
    void stopping(ClientSession session) {
        for (Consumer consumer : session.consumers()) {
            if (!consumer.isClosed()) {
                consumer.credit(0, 0);
                if (!session.isSuspended() && consumer.deliveries().count() > 0) {
                    consumer.recall();
                }
            }
        }
    }

    /** The server stops: what is out may have been seen. */
    void stopped(ClientSession session) {
        dropTransaction(session, true);
        for (Consumer consumer : List.copyOf(session.consumers())) {
            consuming.leave(consumer);
            settlement.giveBackStopped(consumer);
            end(session, consumer);
        }
        forget(session);
    }

    /** The socket is gone: nothing is delivered until the client resumes. */
    void suspend(ClientSession session) {
        session.suspended(true);
        session.resuming().clear();
        for (Consumer consumer : session.consumers()) {
            if (!consumer.isClosed()) {
                consumer.detach();
                consumer.recallAnswered();
                if (consumer.drainRequest() != 0) {
                    consumer.drainRequest(0);
                    consumer.source().draining(-1);
                }
            }
        }
    }

    /** The client is back, and has said what it has received; the rest goes back to its places. */
    void resume(ClientSession session) {
        session.suspended(false);
        Map<Integer, Frame.Held> held = new HashMap<>();
        session.resuming().forEach(part -> part.held().forEach(one -> held.put(one.consumer(), one)));
        Map<Integer, Result.Kept> kept = new HashMap<>();
        for (Consumer consumer : List.copyOf(session.consumers())) {
            Frame.Held named = held.get(consumer.number());
            if (named == null || !consumer.canAttach()) {
                // Closed before, or now, or others came with so many selectors meanwhile; what it handed out stays the
                // session's, and acknowledged if it was.
                consuming.close(consumer, consumer.handedOut());
                continue;
            }
            Deliveries deliveries = consumer.deliveries();
            long received = Math.min(named.received(), deliveries.last());
            consumer.handedOut(Math.min(named.handedOut(), received));
            settlement.giveBack(consumer, received + 1, deliveries.last(), false);
            deliveries.reuseAbove(received);
            if (!consumer.isClosed()) {
                consumer.attach();
            }
            permits.resumed(consumer);
            kept.put(consumer.number(), new Result.Kept(consumer.number(), deliveries.last()));
        }
        for (ResumePart part : session.resuming()) {
            session.connection().outlet().ok(part.request(), 0, part.answer(kept));
        }
        session.resuming().clear();
    }

    /** What the open transaction has acknowledged goes back; of the session's own consumers the caller sees to that. */
    private void dropTransaction(ClientSession session, boolean lost) {
        LocalTransaction transaction = session.transaction();
        session.transaction(null);
        if (transaction == null) {
            return;
        }
        transactions.dropped(transaction);
        for (HeldTags held : transaction.held()) {
            if (held.consumer().session() != session) {
                settlement.giveBack(held, lost);
                Consuming.forgetIfSettled(held.consumer());
            }
        }
    }

    private void end(ClientSession session, Consumer consumer) {
        session.consumers().remove(consumer);
        session.connection().consumers().remove(consumer.number());
        consuming.endIfUnused(consumer.source());
    }

    private static void forget(ClientSession session) {
        ClientConnection c = session.connection();
        c.sessions().remove(session.number());
        for (Browser browser : c.browsers().values()) {
            if (browser.session() == session) {
                c.browsers().remove(browser.number());
            }
        }
    }
}
