// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.failover.Successor;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts one session together on a new link: goes on with what the server has of it, or opens it anew. Its steps are taken for
 * all sessions of a connection at once, one step after another, so that each costs one round trip whatever their number.
 *
 * <p>Thread: confined to the one that connects again.
 */
final class SessionResumption {

    /** Of 20 bytes each, in a RESUME, whose fields have at most 64 KiB. */
    private static final int CONSUMERS_AT_A_TIME = 3_000;

    /** Of a RECLAIM, likewise. */
    private static final int CLAIMS_AT_A_TIME = 3_000;

    private final SessionCore session;
    private final Channel channel;
    private final long timeoutMs;
    private final Successor server;
    /** Answers to what names the consumers; none if the session is opened. */
    private final List<Reply> resumes = new ArrayList<>();

    private boolean opensAnew;
    /** The consumers that the server was told to go on with. */
    private final Set<Integer> named = new HashSet<>();

    private final List<Reopening> reopenings = new ArrayList<>();
    private final List<Reply> reclaimed = new ArrayList<>();

    /** A consumer that the server does not know. */
    private record Reopening(QuoinMessageConsumer consumer, int formerSource, long formerBoot, Reply reply) {}

    SessionResumption(SessionCore session, Channel channel, Successor server, long timeoutMs) {
        this.session = session;
        this.channel = channel;
        this.server = server;
        this.timeoutMs = timeoutMs;
    }

    /** Asks the server to go on with the session, or opens it. */
    void begin(boolean resumed) throws JMSException {
        if (session.claimOpening() || !resumed || !session.isEstablished()) {
            open();
            return;
        }
        List<Frame.Held> held = new ArrayList<>();
        session.inbox().locked(() -> {
            for (Prefetch prefetch : session.inbox().prefetches()) {
                if (prefetch.isOpen()) {
                    named.add(prefetch.consumer());
                    held.add(new Frame.Held(prefetch.consumer(), prefetch.received(), prefetch.handedOut()));
                }
            }
        });
        int from = 0;
        do {
            int to = Math.min(held.size(), from + CONSUMERS_AT_A_TIME);
            boolean hasMore = to < held.size();
            List<Frame.Held> some = List.copyOf(held.subList(from, to));
            resumes.add(channel.request(
                    session.number(),
                    n -> new Frame.Resume(n, hasMore, session.mode().wireMode(), some),
                    new Reply()));
            from = to;
        } while (from < held.size());
    }

    private void open() throws JMSException {
        opensAnew = true;
        session.lost();
        channel.post(session.number(), new Frame.SessionOpen(session.mode().wireMode()), Flush.LATER);
        for (QuoinMessageConsumer consumer : session.consumers().all()) {
            reopen(consumer);
        }
    }

    /** The answer has to come; what the server does not know is opened. */
    void resumed() throws JMSException {
        if (resumes.isEmpty()) {
            return;
        }
        try {
            // All are answered when the last has come, or that is refused.
            for (int i = resumes.size() - 1; i >= 0; i--) {
                await(resumes.get(i), "resume a session");
            }
        } catch (LinkLostException e) {
            throw e;
        } catch (JMSException e) {
            if (!ErrorCode.SESSION_UNKNOWN.code().equals(e.getErrorCode())) {
                throw e;
            }
            open();
            return;
        }
        Map<Integer, Long> kept = new HashMap<>();
        try {
            for (Reply asked : resumes) {
                Result.Resumed.of(asked.ok()).consumers().forEach(one -> kept.put(one.consumer(), one.dropAbove()));
            }
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
        for (QuoinMessageConsumer consumer : session.consumers().all()) {
            Long dropAbove = kept.get(consumer.number());
            if (dropAbove == null && named.contains(consumer.number())) {
                reopen(consumer);
            } else if (dropAbove != null) {
                session.inbox().locked(() -> consumer.prefetch().resumed(dropAbove));
            }
        }
    }

    private void reopen(QuoinMessageConsumer consumer) throws JMSException {
        Prefetch prefetch = consumer.prefetch();
        // A closed one is wanted for as long as it has something to decide, or to give back.
        boolean wanted = session.inbox().ask(() -> {
            boolean mayHavePermits = prefetch.isOpen() && prefetch.permits().isStrict();
            boolean is = prefetch.isClosed() ? mayHavePermits || !prefetch.isDecided() : prefetch.isOpen();
            if (is) {
                prefetch.reopening();
            }
            return is;
        });
        if (!wanted) {
            return;
        }
        reopenings.add(new Reopening(
                consumer,
                prefetch.source(),
                prefetch.bootNumber(),
                channel.request(
                        session.number(),
                        n -> session.consumers().openFrame(n, consumer, 0, 0),
                        session.consumers().opened(consumer))));
    }

    /** The consumers that were opened go on where they were. */
    void reclaim() throws JMSException {
        for (Reopening one : reopenings) {
            Prefetch prefetch = one.consumer.prefetch();
            try {
                await(one.reply, "open a consumer of " + one.consumer.spec().destination() + " again");
            } catch (LinkLostException e) {
                throw e;
            } catch (JMSException e) {
                session.consumers().onLost(one.consumer.number(), e);
                continue; // Nobody but this consumer is concerned.
            }
            List<Frame.Claim> claims = new ArrayList<>();
            session.inbox().locked(() -> {
                switch (server) {
                    case SAME -> {}
                    case RESTARTED -> prefetch.held().removeVolatile();
                    case STRANGER ->
                        prefetch.refused(prefetch.held().claims().stream()
                                .map(Frame.Claim::tag)
                                .toList());
                }
                claims.addAll(prefetch.claims(session.mode().isAcknowledgedExplicitly()));
            });
            reclaim(prefetch, one.formerBoot, one.formerSource, claims);
        }
    }

    private void reclaim(Prefetch prefetch, long bootNumber, int source, List<Frame.Claim> claims) throws JMSException {
        int from = 0;
        boolean isLast;
        do {
            int to = Math.min(claims.size(), from + CLAIMS_AT_A_TIME);
            isLast = to == claims.size();
            long received = isLast ? prefetch.received() : claims.get(to - 1).tag();
            boolean last = isLast;
            List<Frame.Claim> some = List.copyOf(claims.subList(from, to));
            reclaimed.add(channel.request(
                    session.number(),
                    n -> new Frame.Reclaim(n, last, prefetch.consumer(), bootNumber, source, received, some),
                    refusal(prefetch)));
            from = to;
        } while (!isLast);
    }

    private Reply refusal(Prefetch prefetch) {
        return new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) throws JMSException {
                try {
                    List<Long> refused = Result.Reclaimed.of(ok).refused();
                    session.inbox().locked(() -> prefetch.refused(refused));
                } catch (ProtocolException e) {
                    throw JmsErrors.of(e);
                }
            }
        };
    }

    /** Repeats acknowledgements. From now on the server knows of the session what the client does. */
    void acknowledge() throws JMSException {
        for (Reply reply : reclaimed) {
            await(reply, "reclaim what the application holds");
        }
        session.acknowledgements().repeat();
        session.established();
    }

    SessionCore session() {
        return session;
    }

    /** Whether what the server had of the session is gone. */
    boolean hasOpenedAnew() {
        return opensAnew;
    }

    private void await(Reply reply, String what) throws JMSException {
        reply.await(timeoutMs, ErrorCode.REQUEST_TIMEOUT, what + " at " + channel.address());
    }
}
