// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Sent;
import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.SendFrame;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a client sends: numbered, within its credit, and sent again until the server has answered for it. */
final class Producing {

    /** A send that has no final outcome yet. */
    private record Unconfirmed(
            Sent sent, SimSession session, int flags, int alias, long timeToLiveMs, long delayMs, long sinceMs) {

        boolean isTransacted() {
            return (flags & FrameFlags.SEND_TRANSACTED) != 0;
        }
    }

    private final String name;
    private final Wire wire;
    private final Aliases aliases;
    private final ServerView view;
    private final Trace trace;
    private final TreeMap<Long, Unconfirmed> unconfirmed = new TreeMap<>();
    /** How many bytes may be sent to an alias, and how many were. */
    private final Map<Integer, Long> credit = new LinkedHashMap<>();

    private final Map<Integer, Long> sentBytes = new LinkedHashMap<>();
    private long sequence;

    Producing(String name, Wire wire, Aliases aliases, ServerView view, Trace trace) {
        this.name = name;
        this.wire = wire;
        this.aliases = aliases;
        this.view = view;
        this.trace = trace;
    }

    void forget() {
        sequence = 0;
        unconfirmed.clear();
    }

    /** The number that the next send will have. */
    long nextSequence() {
        return sequence + 1;
    }

    /** Whether nothing was sent to the alias on this connection, so that the next send has to wait for its answer. */
    boolean isFirstSend(int alias) {
        return !sentBytes.containsKey(alias);
    }

    boolean hasCredit(int alias) {
        return isFirstSend(alias) || sentBytes.get(alias) < credit.getOrDefault(alias, 0L);
    }

    void send(SimSession session, Destinations.Named to, Sent sent, boolean waiting) {
        sequence = sent.sequence;
        view.issued(sent);
        boolean transacted = session.isInTransaction();
        int flags = (sent.wish.persistent() ? FrameFlags.SEND_PERSISTENT : 0)
                | (waiting ? FrameFlags.SEND_WAITING : 0)
                | (transacted ? FrameFlags.SEND_TRANSACTED : 0);
        session.transactionUsed |= transacted;
        Unconfirmed send = new Unconfirmed(
                sent, session, flags, aliases.of(to), sent.wish.timeToLiveMs(), sent.wish.delayMs(), wire.nowMs());
        unconfirmed.put(sent.sequence, send);
        if (waiting) {
            session.waiting = "sent " + sent.sequence;
        }
        trace.add(name, " sends ", sent);
        write(send, flags);
    }

    private void write(Unconfirmed send, int flags) {
        sentBytes.merge(send.alias, (long) send.sent.bytes.length, Long::sum);
        SendFrame.begin(
                wire.writer(),
                send.session.number,
                flags,
                send.sent.sequence,
                send.alias,
                send.timeToLiveMs,
                send.delayMs,
                wire.nowMs() - send.sinceMs);
        wire.writer().endWithPayload(ByteBuffer.wrap(send.sent.bytes));
        wire.flush();
    }

    // --- what the server says

    void sent(long upTo) {
        Map<Long, Unconfirmed> done = unconfirmed.headMap(upTo, true);
        for (Unconfirmed send : done.values()) {
            if (("sent " + send.sent.sequence).equals(send.session.waiting)) {
                send.session.waiting = null;
            }
        }
        done.clear();
    }

    void refused(Frame.Refused refusal) {
        unconfirmed.remove(refusal.sequence());
    }

    void credit(Frame.SendCredit granted) {
        credit.put(granted.alias(), granted.limitBytes());
    }

    // --- on a new connection

    /** @param resumed whether the server knows what was sent before */
    void connected(boolean resumed) {
        credit.clear();
        sentBytes.clear();
        if (!resumed) {
            // At most once: nobody knows whether an earlier server has delivered them.
            unconfirmed.values().removeIf(send -> !send.sent.wish.persistent());
        }
    }

    /** Sends again what was not confirmed; a dead session is opened once more for it, but for what died with it. */
    void sendAgain(Consumer<SimSession> reopen) {
        boolean first = true;
        for (Unconfirmed send : List.copyOf(unconfirmed.values())) {
            if (send.session.dead && send.isTransacted()) {
                unconfirmed.remove(send.sent.sequence);
            } else {
                reopen.accept(send.session);
                write(send, send.flags | FrameFlags.SEND_RESENT | (first ? FrameFlags.SEND_WAITING : 0));
                first = false;
            }
        }
    }
}
