// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.jms.message.Acknowledger;
import io.quoin.jms.message.MessageDecoder;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.jms.message.Received;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import io.quoin.protocol.message.MessageId;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a session does with the server: its consumers, its acknowledgements and transactions, its end.
 *
 * <p>Thread: as {@link QuoinSession}; what the reader calls says so and does not block.
 */
final class SessionCore {

    private static final Logger LOG = System.getLogger(SessionCore.class.getName());

    private final QuoinConnection connection;
    private final Channel channel;
    private final Settings settings;
    private final int number;
    private final Mode mode;
    private final Inbox inbox = new Inbox();
    private final Acknowledgements acknowledgements;
    private final ListenerThread listeners;
    private final Completions completions;
    private final Outbox outbox;
    private final TransactionNames transactionNames;
    private final Map<Integer, QuoinMessageConsumer> consumers = new ConcurrentHashMap<>();
    private final Browsers browsers;
    private final HandOuts handOuts;
    private final Requests requests;
    private final Decisions decisions;
    private final BranchWork branchWork;
    private final Acknowledger acknowledger;
    private final AtomicBoolean closing = new AtomicBoolean();
    /** Closing, and past the last listener. */
    private volatile boolean quiet;

    private volatile boolean established = true;
    /** Nobody has opened it on any link yet. */
    private final AtomicBoolean unopened = new AtomicBoolean(true);

    private volatile int incarnation;
    /** Closed by the application; under the inbox's lock. */
    private boolean leaving;

    private final LoadedMessages loaded;
    /** Whoever shares this session's consumer out among others, if it is a connection consumer's. */
    private @Nullable QuoinConnectionConsumer lender;

    SessionCore(QuoinConnection connection, int number, Mode mode) {
        this.connection = connection;
        this.channel = connection.channel();
        this.settings = connection.settings();
        this.number = number;
        this.mode = mode;
        String name = "quoin-session-" + number;
        this.acknowledgements = new Acknowledgements(
                inbox, channel, number, settings.durableAcknowledgements(), settings.requestTimeoutMs());
        inbox.ceaseWhile(channel::isStale);
        this.listeners = new ListenerThread(inbox, acknowledgements, name);
        this.completions = new Completions(name + "-completions");
        this.transactionNames =
                new TransactionNames(settings.messages().transactionIds(), channel.connectionId(), number);
        this.outbox = new Outbox(
                channel,
                connection::route,
                number,
                this::isTransacted,
                this::transactionName,
                settings.channel().sendTimeoutMs(),
                settings.messages(),
                completions);
        inbox.use(acknowledgements);
        this.handOuts = new HandOuts(channel, number, inbox, acknowledgements);
        this.requests = new Requests(channel, number, settings.requestTimeoutMs());
        this.browsers = new Browsers(this, connection, requests);
        this.acknowledger = this::acknowledge;
        this.loaded = new LoadedMessages(inbox, number, this::isAutomatic, acknowledger);
        this.branchWork = new BranchWork(this, requests);
        this.decisions = new Decisions(this, connection, requests);
    }

    Mode mode() {
        return mode;
    }

    private void acknowledge(int consumer, long tag) throws JMSException {
        decisions.acknowledge(consumer, tag);
    }

    /** What connection consumers have loaded. */
    LoadedMessages loaded() {
        return loaded;
    }

    /** The session belongs to a connection consumer; said before it has a consumer. */
    void lendBy(QuoinConnectionConsumer by) {
        lender = by;
    }

    /** Whether messages of this session's consumer are in the hands of other sessions. */
    boolean isLending() {
        return lender != null && lender.isLending();
    }

    boolean isLender() {
        return lender != null;
    }

    /** Whether automatic acknowledgements wait for the disk. */
    boolean isDurable() {
        return settings.durableAcknowledgements();
    }

    /** Whether what is received now is acknowledged by being received; of an XA session between its branches. */
    boolean isAutomatic() {
        return mode.isAutomatic() || (mode == Mode.XA && !branchWork.isWorking());
    }

    /** Whether what is sent and received now belongs to a transaction, local or distributed. */
    boolean isTransacted() {
        return mode.isTransacted() || branchWork.isWorking();
    }

    /** The branch of a distributed transaction in which it works. */
    BranchWork branchWork() {
        return branchWork;
    }

    Inbox inbox() {
        return inbox;
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    ListenerThread listeners() {
        return listeners;
    }

    Completions completions() {
        return completions;
    }

    Decisions decisions() {
        return decisions;
    }

    Outbox outbox() {
        return outbox;
    }

    /** What is sent and received from now on belongs to another transaction. */
    void transactionEnded() {
        outbox.transactionEnded();
        transactionNames.ended();
    }

    void checkOpen() throws JMSException {
        if (isClosedToCaller()) {
            throw JmsErrors.of(ErrorCode.OBJECT_CLOSED, "The session is closed");
        }
    }

    /** Close waits for running listeners, and until they return everything is open to them (Messaging 3.1 §6.1.8). */
    boolean isClosedToCaller() {
        return isClosing() && (quiet || !connection.isCalledByListener());
    }

    private boolean isClosing() {
        inbox.lock().lock();
        try {
            return inbox.isClosed();
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Whether the caller is a listener of this session. */
    boolean isCalledByListener() {
        return listeners.isCurrentThread() || loaded.isCurrentThread();
    }

    // --- Consumers and browsers

    QuoinMessageConsumer open(ConsumerSpec spec) throws JMSException {
        return open(spec, new Backlog.InOrder());
    }

    QuoinMessageConsumer open(ConsumerSpec spec, Backlog backlog) throws JMSException {
        QuoinDestination destination = spec.destination();
        if (QuoinSession.isForeignTemporary(connection, destination)) {
            throw JmsErrors.of(
                    ErrorCode.TEMPORARY_NOT_OWNED,
                    "The temporary destination " + destination + " is not this connection's");
        }
        Route route = connection.route(destination);
        Prefetch prefetch = new Prefetch(
                connection.nextNumber(),
                settings.prefetchMessages(),
                settings.prefetchBytes(),
                !mode.isTransacted() && mode != Mode.XA,
                backlog);
        if (!prefetch.asksForEach()) {
            prefetch.renewCredit();
        }
        QuoinMessageConsumer consumer = new QuoinMessageConsumer(this, spec, route, prefetch);
        consumers.put(consumer.number(), consumer);
        inbox.add(prefetch);
        try {
            requests.ask(
                    n -> openFrame(n, consumer, prefetch.limitMessages(), prefetch.limitBytes()),
                    opened(consumer),
                    "open a consumer of " + destination);
            return consumer;
        } catch (JMSException e) {
            consumer.markClosed();
            inbox.locked(prefetch::left);
            forget();
            throw e;
        }
    }

    /** What asks the server for a consumer, at first or once more. */
    Frame openFrame(int request, QuoinMessageConsumer consumer, long limitMessages, long limitBytes) {
        return consumer.spec()
                .frame(request, consumer.number(), consumer.route().alias(), limitMessages, limitBytes);
    }

    /** Notes the answer to it before the first delivery is read. */
    Reply opened(QuoinMessageConsumer consumer) {
        return new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) throws JMSException {
                try {
                    Result.Opened answer = Result.Opened.of(ok);
                    inbox.locked(() -> consumer.prefetch().opened(answer, channel.bootNumber()));
                } catch (ProtocolException e) {
                    throw JmsErrors.of(e);
                }
            }
        };
    }

    /** The consumer has stopped taking messages: its unseen ones go back, and the call returns when they are there. */
    void close(QuoinMessageConsumer consumer) throws JMSException {
        Prefetch prefetch = consumer.prefetch();
        try {
            // While the link is lost nobody waits: the consumer is closed when there is another one.
            if (connection.isAlive() && inbox.ask(() -> prefetch.isOpen() && !inbox.isSuspended())) {
                requests.askOnce(
                        n -> new Frame.ConsumerClose(n, consumer.number(), prefetch.handedOut()),
                        new Reply(),
                        "close a consumer of " + consumer.spec().destination());
                inbox.locked(prefetch::left);
            }
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "A consumer is closed on the next link: " + e.getMessage());
        } finally {
            forget();
        }
    }

    /** Forgets consumers of which nothing is left to decide. */
    private void forget() {
        inbox.locked(() -> {
            inbox.sweep();
            consumers.values().removeIf(consumer -> consumer.prefetch().isForgettable());
        });
    }

    void unsubscribe(String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw JmsErrors.of(ErrorCode.SUBSCRIPTION_UNKNOWN, "The name of the subscription is null or empty");
        }
        String what = "unsubscribe " + name;
        if (connection.clientId() != null) {
            try {
                requests.ask(n -> new Frame.Unsubscribe(n, 0, name), new Reply(), what);
                return;
            } catch (JMSException e) {
                if (!ErrorCode.SUBSCRIPTION_UNKNOWN.code().equals(e.getErrorCode())) {
                    throw e;
                }
            }
        }
        requests.ask(n -> new Frame.Unsubscribe(n, FrameFlags.UNSUBSCRIBE_SHARED, name), new Reply(), what);
    }

    QuoinQueueBrowser browse(QuoinDestination queue, @Nullable String selector) throws JMSException {
        QuoinQueueBrowser browser = new QuoinQueueBrowser(this, queue, selector);
        browser.check();
        return browser;
    }

    /** Its walks through queues. */
    Browsers browsers() {
        return browsers;
    }

    // --- Messages

    /** For messages that connection consumers load; such a session receives in no other way (Messaging 3.1 §11.2). */
    void setDistinguishedListener(@Nullable MessageListener listener) throws JMSException {
        inbox.lock().lock();
        try {
            if (listener != null && listeners.hasListeners()) {
                throw JmsErrors.of(
                        ErrorCode.LISTENER_SET,
                        "A session cannot have a message listener while one of its consumers has one");
            }
            loaded.listener(listener);
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Names what is about to be handed out. */
    HandOuts handOuts() {
        return handOuts;
    }

    /** Makes the message object of a delivery that is about to be handed out, and was named. */
    QuoinMessage open(MessageDecoder decoder, Delivery delivery) throws JMSException {
        return open(decoder, delivery, acknowledger);
    }

    /** The same for a message that {@code acknowledgedBy} acknowledges. */
    QuoinMessage open(MessageDecoder decoder, Delivery delivery, Acknowledger acknowledgedBy) throws JMSException {
        return decoder.decode(settings.messages(), received(delivery, acknowledgedBy));
    }

    /** What messages that are sent or received now say of their transaction, if they say something. */
    private @Nullable String transactionName() {
        if (mode.isTransacted()) {
            return transactionNames.local();
        }
        Xid branch = branchWork.current();
        return branch == null ? null : transactionNames.branch(branch);
    }

    /** Makes the message object of a browsed message. */
    QuoinMessage openBrowsed(MessageDecoder decoder, Delivery delivery) throws JMSException {
        return decoder.decode(settings.messages(), received(delivery, null));
    }

    private Received received(Delivery delivery, @Nullable Acknowledger acknowledger) {
        return new Received(
                delivery.message(),
                delivery.consumer(),
                delivery.tag(),
                delivery.deliveryCount(),
                delivery.redelivered(),
                delivery.groupFirst(),
                delivery.inDoubt(),
                delivery.annotations(),
                acknowledger == null ? null : transactionName(),
                acknowledger);
    }

    /** Acknowledges what was consumed of a consumer of this session, and returns when that is durable. */
    void acknowledgeDurably(int consumer, AckRanges ranges) throws JMSException {
        String what = "acknowledge a message";
        requests.repeatedly(what, () -> {
            Reply reply = new Reply();
            channel.acknowledge(number, consumer, ranges.last(0), AckOutcome.CONSUMED, 0, ranges, reply, Flush.NOW);
            requests.await(reply, what);
            return reply;
        });
    }

    /** A message that cannot be made an object goes to the dead letters. */
    void reject(Prefetch prefetch, Delivery delivery, JMSException why) {
        inbox.locked(() -> acknowledgements.tell(prefetch, delivery.tag(), AckOutcome.REJECTED));
        connection.report(why);
    }

    /** Tells the server of the credit that {@code prefetch} says it has. */
    void credit(Prefetch prefetch, Flush flush) {
        long limitMessages;
        long limitBytes;
        long handedOut;
        inbox.lock().lock();
        try {
            if (inbox.isSuspended()) {
                return; // Credit begins anew on the next link, after everything else.
            }
            limitMessages = prefetch.limitMessages();
            limitBytes = prefetch.limitBytes();
            handedOut = prefetch.tellHandedOut();
        } finally {
            inbox.lock().unlock();
        }
        try {
            channel.credit(number, prefetch.consumer(), limitMessages, limitBytes, handedOut, flush);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "No credit was given, because the connection is lost: " + e.getMessage());
        }
    }

    /** The application wants a message, and only permits are missing: asks for more of them unless that was done. */
    void wantPermit(Prefetch prefetch) {
        try {
            channel.post(number, new Frame.PermitWanted(prefetch.consumer(), prefetch.tellHandedOut()), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "No permit was asked for, because the connection is lost: " + e.getMessage());
        }
    }

    /** Decides a message in doubt of the consumer's queue or subscription. */
    void resolve(QuoinMessageConsumer consumer, MessageId id, Resolution resolution) throws JMSException {
        requests.ask(
                n -> new Frame.Resolve(n, consumer.number(), new UUID(id.high(), id.low()), id.sequence(), resolution),
                new Reply(),
                "resolve a message in doubt");
    }

    /** Asks for what there is now; returns when it has arrived, or when there is nothing. */
    void drain(Prefetch prefetch) throws JMSException {
        Reply reply = new Reply() {
            @Override
            protected void onOk(Frame.Ok ok) {
                inbox.locked(prefetch::withdrawCredit);
            }
        };
        try {
            requests.askOnce(n -> new Frame.Drain(n, prefetch.consumer()), reply, "ask for a message");
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "There is no message now, because the link is lost: " + e.getMessage());
        }
    }

    // --- What the reader calls

    void onRecall(int consumer, int slot) {
        if (lender != null) {
            lender.onRecall(slot);
            return;
        }
        inbox.locked(() -> {
            Prefetch prefetch = inbox.find(consumer);
            if (prefetch == null || prefetch.isClosed()) {
                return; // CONSUMER_CLOSE, which is on its way, gives back more.
            }
            if (slot != Frame.Recall.ALL_SLOTS) {
                AckRanges unseen = prefetch.takeUnseen(slot);
                if (!unseen.isEmpty()) {
                    acknowledgements.tell(prefetch, unseen, AckOutcome.RETURNED_UNCOUNTED, Flush.SOON);
                }
                inbox.signal();
                return;
            }
            long first = prefetch.firstUnseen();
            long last = prefetch.received();
            prefetch.dropWaiting();
            // The server has withdrawn it. Whoever waits for a message grants some anew, at once.
            prefetch.withdrawCredit();
            inbox.signal();
            answerRecall(prefetch, first, last);
        });
    }

    /** Until it is answered the server takes no credit, since what was sent on it would cross what comes back; under the lock. */
    void answerRecall(Prefetch prefetch, long first, long last) {
        try {
            channel.post(
                    number, new Frame.Return(prefetch.consumer(), prefetch.tellHandedOut(), first, last), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Nothing was given back, because the connection is lost: " + e.getMessage());
        }
    }

    void onSlot(int consumer, int slot, boolean assigned) {
        QuoinMessageConsumer found = consumers.get(consumer);
        if (found != null) {
            found.slots().changed(slot, assigned);
        }
    }

    /** Asks the server to tell of a consumer's slots. */
    void wantSlots(int consumer) {
        try {
            channel.post(number, new Frame.SlotsWanted(consumer), Flush.SOON);
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "Slots are asked for on the next link: " + e.getMessage());
        }
    }

    void onConsumerLost(int consumer, JMSException why) {
        QuoinMessageConsumer lost = consumers.get(consumer);
        if (lost != null) {
            lost.onLost(why);
            connection.report(why);
        }
    }

    void onLost(JMSException why) {
        inbox.onLost(why);
    }

    // --- From link to link

    Collection<QuoinMessageConsumer> consumers() {
        return consumers.values();
    }

    /** Whether the server at the other end of the last link had everything of the session. */
    boolean isEstablished() {
        return established;
    }

    void established() {
        established = true;
    }

    /** What the server has of the session is not to be gone on with: it is opened anew on the next link. */
    void disestablish() {
        established = false;
    }

    /** Counts how often the server had forgotten the session: what was done in a transaction before is gone. */
    int incarnation() {
        return incarnation;
    }

    /** The server has forgotten the session, which is opened anew. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time connects again
    void lost() {
        established = false;
        // In one step for whoever takes the transaction's work to commit it.
        inbox.locked(() -> {
            incarnation++;
            if (isTransacted()) {
                decisions.transactionLost();
            }
        });
    }

    /** Opens the session at the server unless somebody has: whoever makes it, or whoever puts the connection together. */
    void openOn(Wire wire) throws JMSException {
        if (claimOpening()) {
            wire.post(number, new Frame.SessionOpen(mode.wireMode()), Flush.LATER);
        }
    }

    /** Whether the caller is the first who is to open the session. */
    boolean claimOpening() {
        return unopened.compareAndSet(true, false);
    }

    /** Everything has been put together on a new link. */
    void flow() throws JMSException {
        openOn(channel.wire()); // if it was made since the others were put together
        List<Prefetch> closing = new ArrayList<>();
        boolean isLeaving = inbox.ask(() -> {
            inbox.flow();
            acknowledgements.flow();
            for (Prefetch prefetch : inbox.prefetches()) {
                if (!prefetch.isOpen()) {
                    prefetch.restart();
                } else if (prefetch.isClosed()) {
                    closing.add(prefetch);
                } else {
                    prefetch.flow();
                    credit(prefetch, Flush.SOON);
                }
            }
            return leaving;
        });
        if (isLeaving) {
            List<Handed> handed = handedByAll();
            channel.request(number, n -> new Frame.SessionClose(n, handed), closedLater());
            return;
        }
        for (QuoinMessageConsumer consumer : consumers.values()) {
            if (consumer.slots().begin()) {
                wantSlots(consumer.number());
            }
        }
        for (Prefetch prefetch : closing) {
            channel.request(
                    number, n -> new Frame.ConsumerClose(n, prefetch.consumer(), prefetch.handedOut()), new Reply() {
                        @Override
                        protected void onOk(Frame.Ok ok) {
                            inbox.locked(prefetch::left);
                            forget();
                        }
                    });
        }
    }

    /** The answer follows those to all that was acknowledged. If it is lost, the next link has it all once more. */
    private Reply closedLater() {
        return new Reply() {
            @Override
            protected void onSettled(@Nullable JMSException failure) {
                if (!(failure instanceof LinkLostException)) {
                    connection.forget(SessionCore.this);
                }
            }
        };
    }

    // --- The end

    /** Refuses what would wait for the listener or completion callback that calls it (Messaging 3.1 §8.8). */
    void checkNotCalledBack(String method) throws JMSException {
        completions.checkNotCalledBack(method);
        if (isCalledByListener()) {
            throw JmsErrors.of(
                    ErrorCode.CALLED_FROM_CALLBACK, method + " was called by a message listener of the same session");
        }
    }

    /** Hands out nothing any more, and returns when no listener and no receive has a message in hand. */
    void quiesce() {
        inbox.close();
    }

    void close() throws JMSException {
        checkNotCalledBack("close");
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        quiesce();
        quiet = true;
        completions.awaitAll();
        loaded.quiesce();
        consumers.values().forEach(QuoinMessageConsumer::markClosed);
        JMSException refusal = mode.isTransacted() ? null : outbox.takeRefusal();
        try {
            branchWork.closing(connection.isAlive() && !inbox.ask(inbox::isSuspended));
            loaded.recover();
        } finally {
            leave();
        }
        if (refusal != null) {
            throw JmsErrors.again(refusal);
        }
    }

    /** While the link is lost nobody waits: the session stays known until it is closed on another one. */
    private void leave() throws JMSException {
        boolean later = inbox.ask(() -> {
            leaving = true;
            return inbox.isSuspended();
        });
        try {
            if (!later && connection.isAlive()) {
                later = !isClosedOnServer();
            }
        } finally {
            completions.close();
            if (!later || !connection.isAlive()) {
                connection.forget(this);
            }
        }
    }

    /** Acknowledges what was consumed; returns how far the rest was handed out. */
    private List<Handed> handedByAll() {
        inbox.lock().lock();
        try {
            acknowledgements.flush(Flush.LATER);
            return inbox.handed(true, prefetch -> credit(prefetch, Flush.LATER));
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Closes it on the link that there is; false if that was lost, and what was acknowledged may have been lost with it. */
    private boolean isClosedOnServer() throws JMSException {
        List<Handed> handed = handedByAll();
        try {
            requests.askOnce(n -> new Frame.SessionClose(n, handed), new Reply(), "close a session");
            return inbox.ask(() -> acknowledgements.awaitConfirmedOnLink() || !inbox.isSuspended());
        } catch (LinkLostException e) {
            LOG.log(Level.DEBUG, "The session is closed on the next link: " + e.getMessage());
            return false;
        } catch (JMSException e) {
            // It is unknown if the link was lost meanwhile: then it is closed on the next one, or is so already.
            if (connection.isAlive() && !ErrorCode.SESSION_UNKNOWN.code().equals(e.getErrorCode())) {
                throw e;
            }
            LOG.log(Level.DEBUG, "The link was lost before the session was closed: " + e.getMessage());
            return !inbox.ask(inbox::isSuspended);
        }
    }

    int number() {
        return number;
    }

    long requestTimeoutNs() {
        return TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMs());
    }
}
