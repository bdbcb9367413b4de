// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.Acknowledger;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Xid;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a session consists of, and how it goes on from link to link. Each part has a type of its own.
 *
 * <p>Thread: as {@link QuoinSession}; what the reader calls says so and does not block.
 */
final class SessionCore {

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
    private final Consumers consumers;
    private final FlowControl flowControl;
    private final ReceivedMessages messages;
    private final SessionEnd end;
    private final Browsers browsers;
    private final HandOuts handOuts;
    private final Requests requests;
    private final Decisions decisions;
    private final BranchWork branchWork;
    private volatile boolean established = true;
    /** Nobody has opened it on any link yet. */
    private final AtomicBoolean unopened = new AtomicBoolean(true);

    private volatile int incarnation;
    private final LoadedMessages loaded;
    /** Whoever shares this session's consumer out among others, if it is a connection consumer's. */
    private @Nullable Lender lender;

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
        Acknowledger acknowledger = this::acknowledge;
        this.messages = new ReceivedMessages(settings.messages(), this::transactionName, acknowledger);
        this.loaded = new LoadedMessages(inbox, number, this::isAutomatic, acknowledger);
        this.flowControl = new FlowControl(channel, number, inbox, acknowledgements, requests);
        this.consumers = new Consumers(this, connection, requests);
        this.end = new SessionEnd(this, connection, requests);
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

    /** The session belongs to a connection consumer; said before anything is lent. */
    void lendBy(Lender by) {
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
        return isClosing() && (end.isQuiet() || !connection.isCalledByListener());
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

    Consumers consumers() {
        return consumers;
    }

    /** What may be sent ahead to them. */
    FlowControl flowControl() {
        return flowControl;
    }

    /** Makes the objects of what they get. */
    ReceivedMessages messages() {
        return messages;
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

    /** What messages that are sent or received now say of their transaction, if they say something. */
    private @Nullable String transactionName() {
        if (mode.isTransacted()) {
            return transactionNames.local();
        }
        Xid branch = branchWork.current();
        return branch == null ? null : transactionNames.branch(branch);
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

    // --- What the reader calls

    void onRecall(int consumer, int slot) {
        if (lender != null) {
            lender.onRecall(slot);
        } else {
            flowControl.onRecall(consumer, slot);
        }
    }

    void onLost(JMSException why) {
        inbox.onLost(why);
    }

    // --- From link to link

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
                    flowControl.credit(prefetch, Flush.SOON);
                }
            }
            return end.isLeaving();
        });
        if (isLeaving) {
            end.closeOn(channel);
            return;
        }
        for (QuoinMessageConsumer consumer : consumers.all()) {
            if (consumer.slots().begin()) {
                consumers.wantSlots(consumer.number());
            }
        }
        for (Prefetch prefetch : closing) {
            channel.request(
                    number, n -> new Frame.ConsumerClose(n, prefetch.consumer(), prefetch.handedOut()), new Reply() {
                        @Override
                        protected void onOk(Frame.Ok ok) {
                            inbox.locked(prefetch::left);
                            consumers.forget();
                        }
                    });
        }
    }

    // --- The end

    /** Refuses what would wait for the listener or completion callback that calls it (Messaging 3.1 §8.8). */
    void checkNotCalledBack(String method) throws JMSException {
        completions.checkNotCalledBack(method);
        checkNotCalledByListener(method);
    }

    /** Refuses what would wait for the listener that calls it. */
    void checkNotCalledByListener(String method) throws JMSException {
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
        end.close();
    }

    int number() {
        return number;
    }

    long requestTimeoutNs() {
        return TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMs());
    }
}
