// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static io.quoin.protocol.FrameFlags.SEND_PERSISTENT;
import static io.quoin.protocol.FrameFlags.SEND_TRANSACTED;
import static io.quoin.protocol.FrameFlags.SEND_WAITING;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** A client that calls the broker as the transport would. */
final class TestClient {

    /** What one send says beside its text. */
    static final class Sent {
        int priority = 4;
        boolean persistent = true;
        boolean transacted;
        boolean waiting;
        long timeToLiveMs;
        long delayMs;
        long ageMs;
        long skewMs;
        String group;
        String correlationId;
        final Map<String, Object> properties = new HashMap<>();

        Sent priority(int p) {
            priority = p;
            return this;
        }

        Sent nonPersistent() {
            persistent = false;
            return this;
        }

        Sent transacted() {
            transacted = true;
            return this;
        }

        Sent waiting() {
            waiting = true;
            return this;
        }

        Sent timeToLive(long ms) {
            timeToLiveMs = ms;
            return this;
        }

        Sent delay(long ms) {
            delayMs = ms;
            return this;
        }

        /** The client's clock is that far from the server's. */
        Sent clock(long ms) {
            skewMs = ms;
            return this;
        }

        Sent group(String id) {
            group = id;
            return this;
        }

        Sent correlationId(String id) {
            correlationId = id;
            return this;
        }

        Sent property(String name, Object value) {
            properties.put(name, value);
            return this;
        }
    }

    final TestServer server;
    final UUID id;
    RecordingOutlet out = new RecordingOutlet();
    ClientConnection c;
    private final MessageWriter writer = new MessageWriter(256);
    private final Map<String, Integer> aliases = new HashMap<>();
    /** Out of the way of the numbers that tests give. */
    private long lastXaTransaction = 1_000_000;

    private int lastRequest;
    private int lastAlias;
    long lastSequence;

    TestClient(TestServer server, UUID id, String clientId, boolean resume) throws Refusal {
        this(server, id, clientId, null, resume);
    }

    TestClient(TestServer server, UUID id, String clientId, String user, boolean resume) throws Refusal {
        this.server = server;
        this.id = id;
        this.c = server.broker.connections().connect(id, clientId, user, resume, out);
    }

    static Sent sent() {
        return new Sent();
    }

    int queue(String name) {
        return alias(DestinationKind.QUEUE, name, null);
    }

    int topic(String name) {
        return alias(DestinationKind.TOPIC, name, null);
    }

    int alias(DestinationKind kind, String name, String options) {
        String key = kind + " " + name + " " + options;
        Integer known = aliases.get(key);
        if (known != null) {
            return known;
        }
        int alias = ++lastAlias;
        server.broker.connections().destination(c, alias, kind, name, options);
        aliases.put(key, alias);
        return alias;
    }

    int temporaryQueue(int n) {
        return alias(DestinationKind.TEMPORARY_QUEUE, temporaryName(n), null);
    }

    String temporaryName(int n) {
        return String.format(
                Locale.ROOT, "$quoin.temp.%016x%016x.%d", id.getMostSignificantBits(), id.getLeastSignificantBits(), n);
    }

    int session(int number, AcknowledgeMode mode) {
        server.broker.connections().openSession(c, number, mode);
        return number;
    }

    long send(int session, int alias, String text) {
        return send(session, alias, text, new Sent());
    }

    long send(int session, int alias, String text, Sent how) {
        return send(session, alias, text, how, ++lastSequence);
    }

    long send(int session, int alias, String text, Sent how, long sequence) {
        writer.begin()
                .connectionId(id)
                .flags(how.persistent ? MessageFlags.PERSISTENT : 0)
                .priority(how.priority)
                .timestamp(server.wallMs + how.skewMs)
                .expiration(how.timeToLiveMs == 0 ? 0 : server.wallMs + how.skewMs + how.timeToLiveMs)
                .deliveryTime(server.wallMs + how.skewMs + how.delayMs)
                .destination(DestinationKind.QUEUE, "any")
                .replyTo(null, null)
                .correlationId(how.correlationId)
                .type(null);
        how.properties.forEach(writer::property);
        if (how.group != null) {
            writer.property("JMSXGroupID", how.group);
        }
        ByteBuffer message = writer.textBody(text).seal(sequence);
        int flags = (how.persistent ? SEND_PERSISTENT : 0)
                | (how.transacted ? SEND_TRANSACTED : 0)
                | (how.waiting ? SEND_WAITING : 0);
        try {
            MessageView view = new MessageView().wrap(message, 0, message.limit());
            server.broker
                    .messages()
                    .send(c, session, flags, sequence, alias, how.timeToLiveMs, how.delayMs, how.ageMs, view, message);
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
        return sequence;
    }

    int consume(int session, int consumer, int alias) {
        return consume(session, consumer, alias, 0, null, null);
    }

    /** Opens a consumer with plenty of credit; returns the request. */
    int consume(int session, int consumer, int alias, int flags, String subscription, String selector) {
        return consume(session, consumer, alias, flags, subscription, selector, 1_000_000);
    }

    int consume(int session, int consumer, int alias, int flags, String subscription, String selector, long messages) {
        int request = ++lastRequest;
        server.broker
                .messages()
                .openConsumer(
                        c,
                        session,
                        new Frame.ConsumerOpen(
                                request, flags, consumer, alias, subscription, selector, messages, Long.MAX_VALUE));
        return request;
    }

    int ack(int session, int consumer, long first, long last) {
        return ack(session, consumer, first, last, AckOutcome.CONSUMED, false);
    }

    int ack(int session, int consumer, long first, long last, AckOutcome outcome, boolean transacted) {
        int request = ++lastRequest;
        server.broker
                .messages()
                .ack(c, session, request, consumer, last, outcome, transacted, false, new long[] {first, last}, 1);
        return request;
    }

    int returnWithGroup(int session, int consumer, long first, long last, AckOutcome outcome) {
        int request = ++lastRequest;
        server.broker
                .messages()
                .ack(c, session, request, consumer, last, outcome, false, true, new long[] {first, last}, 1);
        return request;
    }

    int commit(int session, long transaction, Handed... handed) {
        int request = ++lastRequest;
        server.broker.transactions().commit(c, session, request, transaction, List.of(handed));
        return request;
    }

    int rollback(int session, long transaction, Handed... handed) {
        int request = ++lastRequest;
        server.broker.transactions().rollback(c, session, request, transaction, List.of(handed));
        return request;
    }

    int recover(int session, Handed... handed) {
        int request = ++lastRequest;
        server.broker.connections().recover(c, session, request, List.of(handed));
        return request;
    }

    int closeSession(int session, Handed... handed) {
        int request = ++lastRequest;
        server.broker.connections().closeSession(c, session, request, List.of(handed));
        return request;
    }

    int closeConsumer(int session, int consumer, long handedOut) {
        int request = ++lastRequest;
        server.broker.messages().closeConsumer(c, session, request, consumer, handedOut);
        return request;
    }

    int drain(int session, int consumer) {
        int request = ++lastRequest;
        server.broker.messages().drain(c, session, request, consumer);
        return request;
    }

    int request() {
        return ++lastRequest;
    }

    // --- branches: each returns the code of the answer

    int xaStart(int session, Xid xid, int flags) {
        return xaStart(session, xid, flags, 0);
    }

    int xaStart(int session, Xid xid, int flags, long timeoutMs) {
        server.broker.transactions().startBranch(c, session, new Frame.XaStart(++lastRequest, xid, flags, timeoutMs));
        return xaCode();
    }

    int xaEnd(int session, Xid xid, int flags) {
        server.broker.transactions().endBranch(c, session, new Frame.XaEnd(++lastRequest, xid, flags, List.of()));
        return xaCode();
    }

    int xaPrepare(Xid xid) {
        server.broker.transactions().prepareBranch(c, ++lastRequest, xid);
        return xaCode();
    }

    int xaCommit(Xid xid, boolean onePhase) {
        return xaCommit(xid, onePhase, ++lastXaTransaction);
    }

    int xaCommit(Xid xid, boolean onePhase, long transaction) {
        server.broker.transactions().commitBranch(c, new Frame.XaCommit(++lastRequest, xid, onePhase, transaction));
        return xaCode();
    }

    int xaRollback(Xid xid) {
        server.broker.transactions().rollbackBranch(c, ++lastRequest, xid);
        return xaCode();
    }

    int xaForget(Xid xid) {
        server.broker.transactions().forgetBranch(c, ++lastRequest, xid);
        return xaCode();
    }

    List<Xid> xaRecover() {
        List<Xid> xids = new ArrayList<>();
        long after = 0;
        do {
            server.broker.transactions().recoverBranches(c, ++lastRequest, after);
            Result.XaRecovered answer = (Result.XaRecovered) out.results.get(lastRequest);
            xids.addAll(answer.xids());
            after = answer.last();
        } while (after != 0);
        return xids;
    }

    private int xaCode() {
        while (!out.results.containsKey(lastRequest)) {
            server.broker.tick(1); // a large branch takes effect in steps
        }
        return ((Result.XaDone) out.results.get(lastRequest)).xaCode();
    }

    /** Which position of the log the last answer waited for. */
    long lastAfter() {
        return out.okAfter.get(lastRequest);
    }

    /** Texts of what was delivered to a consumer, in order. */
    List<String> texts(int consumer) {
        return out.delivered.stream()
                .filter(d -> d.consumer() == consumer)
                .map(d -> server.text(d.position()))
                .collect(Collectors.toList());
    }

    /** Forgets what was delivered so far. */
    List<RecordingOutlet.Delivered> take() {
        List<RecordingOutlet.Delivered> taken = new ArrayList<>(out.delivered);
        out.delivered.clear();
        return taken;
    }
}
