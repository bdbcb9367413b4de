// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.Xid;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.model.BootRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The broker: a state machine. A command is decided, recorded and applied; this class puts the parts together and hands each
 * command to its part.
 *
 * <p>Thread: confined to the owner of the group, who says what time it is at the start of each step ({@link #now}), when the
 * log has become durable ({@link #durable}), and lets it work ({@link #tick}, {@link #dispatch}). What is refused is told to
 * the connection's {@link Outlet} and has changed nothing.
 *
 * <p>Life: construct; {@link #restore} a snapshot, if there is one; {@link #apply} the records of the log; {@link #booted}; then
 * commands.
 */
public final class Broker {

    private final Now now = new Now();
    private final IndexStore indexStore = new IndexStore();
    private final Sources sources = new Sources();
    private final ReadySources ready = new ReadySources();
    private final Timers timers = new Timers();
    private final Recalls recalls = new Recalls(now);
    private final AwaitedTemporaries awaited = new AwaitedTemporaries(now);
    private final ProducerTable producers = new ProducerTable();
    private final UserTable userTable = new UserTable();
    private final Visibility visibility = new Visibility(ready);
    private final HandOut handOut = new HandOut(ready);
    private final Destinations destinations;
    private final Subscriptions subscriptions;
    private final Applier applier;
    private final Recorder recorder;
    private final DestinationResolver resolver;
    private final DeadLetters deadLetters;
    private final Settlement settlement;
    private final SendCredit sendCredit;
    private final Sending sending;
    private final Consuming consuming;
    private final Reclaiming reclaiming;
    private final Sessions sessions;
    private final Connections connections;
    private final Users users;
    private final Transactions transactions;
    private final LoggedTransactions loggedTransactions = new LoggedTransactions();
    private final Branches branches;
    private final Dispatching dispatching;
    private final Ticker ticker;
    private final Browsing browsing;
    private final SubscriptionExpiry expiry;
    private final Administration administration;
    private final TransactionAdministration transactionAdministration;
    private final Catalogue catalogue;
    private final MessageStore store;
    private final DamagedMessages damagedMessages;
    private @Nullable SnapshotSteps snapshot;
    private long[] tags = new long[64];
    private long durableTo;

    /**
     * An empty broker.
     *
     * @param log takes the records of durable state
     * @param volatileLog takes those of volatile state
     * @param store the stored messages of both
     */
    public Broker(BrokerOptions options, RecordSink log, VolatileLog volatileLog, MessageStore store) {
        this.store = store;
        destinations = new Destinations(sources, store, indexStore);
        subscriptions = new Subscriptions(sources, destinations);
        applier = new Applier(
                sources,
                destinations,
                subscriptions,
                producers,
                userTable,
                visibility,
                ready,
                timers,
                handOut,
                loggedTransactions,
                store);
        recorder = new Recorder(log, volatileLog, applier);
        RangeWriter ranges = new RangeWriter(recorder);
        resolver = new DestinationResolver(options, destinations, applier, recorder, awaited);
        deadLetters = new DeadLetters(store, recorder, resolver, new RangeWriter(recorder));
        damagedMessages = new DamagedMessages(sources, loggedTransactions, recorder);
        settlement = new Settlement(now, ranges, deadLetters, ready, timers);
        MessageReader reader = new MessageReader(store);
        sendCredit = new SendCredit(options, recorder);
        sending = new Sending(options, now, resolver, destinations, producers, recorder, sendCredit, handOut);
        Exclusivity exclusivity = new Exclusivity(ready);
        expiry = new SubscriptionExpiry(now, subscriptions, recorder);
        consuming = new Consuming(
                resolver, subscriptions, recorder, settlement, ready, reader, handOut, recalls, exclusivity, expiry);
        reclaiming = new Reclaiming(now, applier);
        BranchRecorder branchRecorder = new BranchRecorder(
                now, sources, destinations, loggedTransactions, recorder, sending, visibility, handOut);
        branches = new Branches(options, now, sources, loggedTransactions, branchRecorder, settlement);
        sessions = new Sessions(consuming, settlement, branches);
        connections = new Connections(options, now, sessions, resolver, producers, recorder);
        users = new Users(userTable, connections, recorder);
        transactions = new Transactions(destinations, producers, recorder, sending, settlement, visibility);
        dispatching = new Dispatching(now, ready, handOut, recorder, deadLetters, settlement, exclusivity, timers);
        ticker = new Ticker(now, timers, ready, recorder, ranges, deadLetters);
        browsing = new Browsing(now, resolver, reader);
        catalogue = new Catalogue(
                applier, destinations, subscriptions, producers, userTable, loggedTransactions, indexStore);
        administration = new Administration(destinations, sources, recorder);
        transactionAdministration =
                new TransactionAdministration(now, sources, destinations, loggedTransactions, branches);
    }

    // --- life

    /** Applies a record that was read from the log, here or elsewhere. */
    public void apply(RecordView record) {
        applier.apply(record);
    }

    /** The log has been applied to its end, and takes records now. An unclean stop leaves doubts about what was out. */
    public void booted(boolean clean) {
        visibility.replayed();
        handOut.replayed();
        BootRecord.put(recorder.begin(true, RecordType.BOOT, 0), applier.bootNumber() + 1, now.wallMs(), clean);
        recorder.end();
        connections.booted();
        if (applier.bootNumber() > 1) {
            awaited.restarted();
        }
    }

    /** How often the server has started on these data. */
    public long bootNumber() {
        return applier.bootNumber();
    }

    /** Sums up the durable state: equal for equal state. */
    public long digest() {
        Digest digest = new Digest();
        DurableState.digest(digest, applier, destinations, subscriptions, producers, userTable, loggedTransactions);
        return digest.value();
    }

    // --- snapshots

    /** Whether a snapshot may begin: none is under way, and nothing that was removed is still being let go of. */
    public boolean canBeginSnapshot() {
        return snapshot == null && !applier.isDiscarding();
    }

    /**
     * Begins to give {@code target} the durable state of this moment, and gives it the first piece. The position of the log
     * that it belongs to is where the next record goes.
     */
    public void beginSnapshot(SnapshotTarget target) {
        SnapshotSteps steps = new SnapshotSteps(indexStore, sources, target);
        steps.begin(catalogue);
        snapshot = steps;
    }

    /** Gives about {@code blocks} more blocks; returns whether the target has everything now. */
    public boolean snapshotStep(int blocks) {
        return snapshot == null || snapshot.step(blocks);
    }

    /** The snapshot that was taken is safe: blocks that do not change from now on need not be given again. */
    public void endSnapshot() {
        indexStore.endSnapshot();
        snapshot = null;
    }

    /** The snapshot could not be written. */
    public void abortSnapshot() {
        indexStore.abortSnapshot();
        snapshot = null;
    }

    /** Makes an empty broker that of a snapshot; then the log from the snapshot's position on is applied. */
    public void restore(SnapshotSource source) {
        catalogue.restore(source.piece(0));
        for (int i = 1; i < source.pieces(); i++) {
            SnapshotSteps.restore(source.piece(i), sources, source, timers);
        }
        applier.restored();
    }

    // --- damage and cleaning

    /**
     * The message in the record at {@code position} cannot be read: it leaves every queue.
     *
     * @return where it was, for people
     */
    public List<String> damaged(long position) {
        return damagedMessages.remove(position);
    }

    /** Begins to move what is needed of the log from {@code from} to before {@code to} to its end; the caller steps it. */
    public Relocation relocate(long from, long to) {
        return new Relocation(sources, loggedTransactions, store, recorder, from, to);
    }

    // --- time and progress

    /** Says what time it is for the step that begins; {@code nanos} never goes back. */
    public void now(long wallMs, long nanos) {
        now.set(wallMs, nanos);
    }

    /** Does what is due, up to about {@code budget} messages' worth; returns how much was done. */
    public int tick(int budget) {
        int work = ticker.tick(budget)
                + connections.tick()
                + branches.tick()
                + administration.step()
                + applier.discard(budget);
        work += recalls.tick() + expiry.tick() + awaited.tick(resolver);
        return work + browsing.step(budget) + (sendCredit.isWaiting() ? sendCredit.retry() : 0);
    }

    /** The log is durable up to {@code position}: what lies before may be seen. */
    public void durable(long position) {
        if (position > durableTo) {
            durableTo = position;
            visibility.durable(position);
            handOut.durable(position);
        }
    }

    /** Delivers up to about {@code budget} messages; returns how much was done. */
    public int dispatch(int budget) {
        return dispatching.dispatch(budget);
    }

    /** Messages that {@link MessageStore#ready} said no to may be in memory now. */
    public void bodiesArrived() {
        dispatching.bodiesArrived();
        deadLetters.bodiesArrived();
        browsing.bodiesArrived();
    }

    /** Whether {@link #tick} or {@link #dispatch} has something to do at once. */
    public boolean hasWork() {
        return !ready.isEmpty() || browsing.hasWork() || administration.hasWork() || applier.isDiscarding();
    }

    /** When {@link #tick} has to be called at the latest, on the server's clock; {@link Long#MAX_VALUE} if not by itself. */
    public long nextDeadlineMs() {
        long next = Math.min(
                Math.min(connections.nextMs(), recalls.nextMs()), Math.min(branches.nextMs(), awaited.nextMs()));
        long inMs = next == Long.MAX_VALUE ? next : Math.max(0, next - now.monotonicMs());
        return Math.min(
                Math.min(timers.nextMs(), expiry.nextMs()), inMs == Long.MAX_VALUE ? inMs : now.wallMs() + inMs);
    }

    /**
     * Whether the log holds what becomes possible only when it is durable, though no answer waits for it: messages to be
     * seen, marks to be raised.
     */
    public boolean hasUnforcedWork() {
        return visibility.isWaiting() || handOut.isWaiting();
    }

    // --- stopping

    /** The server is about to stop: nothing more is delivered, and clients are asked for what they have not handed out. */
    public void stopping() {
        connections.stopping();
    }

    /** Whether nothing is out any more: {@link #stopped} would flag nothing. */
    public boolean isQuiet() {
        return connections.isQuiet();
    }

    /**
     * The last step before a clean stop. What is still out has perhaps been seen, so it is flagged, without counting; clients
     * that come back begin anew.
     */
    public void stopped() {
        connections.stopped();
        branches.stopped();
    }

    // --- connections

    /**
     * A client has said hello.
     *
     * @param resume whether it wants to go on where its last socket broke; {@link ClientConnection#wasResumed} says whether
     *     it can
     * @throws Refusal if the client id is in use
     */
    public ClientConnection connect(UUID id, @Nullable String clientId, boolean resume, Outlet outlet) throws Refusal {
        return connect(id, clientId, null, resume, outlet);
    }

    /**
     * A client has said hello and shown who it is.
     *
     * @param user null while there are no users
     * @param resume as above
     * @throws Refusal if the client id is in use, or the connection to be resumed is another user's
     */
    public ClientConnection connect(
            UUID id, @Nullable String clientId, @Nullable String user, boolean resume, Outlet outlet) throws Refusal {
        return connections.connect(id, clientId, user, resume, outlet);
    }

    /** Who may connect. */
    public Users users() {
        return users;
    }

    /** The socket is gone; the client may come back within its time of grace. */
    public void disconnected(ClientConnection c) {
        connections.disconnected(c);
    }

    public void goodbye(ClientConnection c, int request) {
        connections.goodbye(c);
        ok(c, request);
    }

    public void clientId(ClientConnection c, int request, String clientId) {
        try {
            connections.claim(c, clientId);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    // --- destinations

    public void destination(
            ClientConnection c, int alias, DestinationKind kind, String name, @Nullable String options) {
        resolver.bind(c, alias, kind, name, options);
    }

    public void deleteTemporary(ClientConnection c, int request, int alias) {
        try {
            administration.deleteTemporary(c, DestinationResolver.binding(c, alias), resolver);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    // --- sessions

    public void openSession(ClientConnection c, int session, AcknowledgeMode mode) {
        sessions.open(c, session, mode);
    }

    public void closeSession(ClientConnection c, int session, int request, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            sessions.close(found);
            ok(c, request);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    public void recover(ClientConnection c, int session, int request, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            sessions.recover(found);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    public void resume(ClientConnection c, int session, int request, List<Frame.Held> held) {
        try {
            c.outlet().ok(request, 0, sessions.resume(Sessions.find(c, session), held));
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    // --- sending

    /** While the disk has too little space, persistent messages are refused; everything else goes on. */
    public void refuseProducers(boolean refuse) {
        sending.refusePersistent(refuse);
    }

    /**
     * A message, verified, in the {@code payload} that it fills from position to limit.
     *
     * @param flags as in the SEND frame
     * @param sequence of the send on its connection
     * @param timeToLiveMs 0 for no end
     * @param delayMs 0 for at once
     * @param ageMs since the application's call
     */
    public void send(
            ClientConnection c,
            int session,
            int flags,
            long sequence,
            int alias,
            long timeToLiveMs,
            long delayMs,
            long ageMs,
            MessageView message,
            ByteBuffer payload) {
        if (c.isDuplicate(sequence)) {
            c.outlet().sent(sequence, c.sentAfter(recorder.appended()));
            return;
        }
        ClientSession found = c.sessions().get(session);
        try {
            if (found == null) {
                throw new Refusal(ErrorCode.SESSION_UNKNOWN, "The connection has no session " + session);
            }
            sending.send(c, found, flags, sequence, alias, timeToLiveMs, delayMs, ageMs, message, payload);
        } catch (Refusal e) {
            sending.refused(c, found, flags, sequence, alias, payload.remaining(), e);
        }
    }

    // --- receiving

    public void openConsumer(ClientConnection c, int session, Frame.ConsumerOpen f) {
        try {
            boolean recorded = consuming.open(c, Sessions.find(c, session), f);
            Source source = Sessions.consumer(c, Sessions.find(c, session), f.consumer())
                    .source();
            c.outlet().ok(f.request(), recorded ? recorder.appended() : 0, new Result.Opened(source.number()));
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    /** A consumer opened anew goes on where an earlier one had got to. */
    public void reclaim(ClientConnection c, int session, Frame.Reclaim f) {
        try {
            Consumer consumer = Sessions.consumer(c, Sessions.find(c, session), f.consumer());
            c.outlet().ok(f.request(), 0, new Result.Reclaimed(reclaiming.reclaim(consumer, f)));
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    public void closeConsumer(ClientConnection c, int session, int request, int consumer, long handedOut) {
        try {
            consuming.close(Sessions.consumer(c, Sessions.find(c, session), consumer), handedOut);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    /** Raises or lowers what a consumer may have received in total. One that does not exist any more is ignored. */
    public void credit(
            ClientConnection c, int session, int consumer, long limitMessages, long limitBytes, long handedOut) {
        Consumer found = c.consumers().get(consumer);
        if (found != null && !found.isClosed()) {
            found.handedOut(handedOut);
            recalls.credited(found);
            found.credit(limitMessages, limitBytes);
            ready.add(found.source());
        }
    }

    /**
     * The client's socket takes nothing for now, or does so again: its consumers keep their credit and get nothing
     * meanwhile, so that what waits in memory for a slow reader stays bounded.
     */
    public void paused(ClientConnection c, boolean paused) {
        for (Consumer consumer : c.consumers().values()) {
            if (!consumer.isClosed()) {
                consumer.paused(paused);
                ready.add(consumer.source());
            }
        }
    }

    public void drain(ClientConnection c, int session, int request, int consumer) {
        try {
            Consumer found = Sessions.consumer(c, Sessions.find(c, session), consumer);
            if (found.isClosed() || found.drainRequest() != 0) {
                throw new Refusal(
                        ErrorCode.CONSUMER_UNKNOWN, "Consumer " + consumer + " is closed, or is being drained already");
            }
            found.drainRequest(request);
            found.source().draining(1);
            ready.add(found.source());
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    public void ack(ClientConnection c, int session, AckFrame f) {
        int count = f.rangeCount();
        if (tags.length < 2 * count) {
            tags = new long[2 * count];
        }
        for (int i = 0; i < count; i++) {
            tags[2 * i] = f.first(i);
            tags[2 * i + 1] = f.last(i);
        }
        ack(
                c,
                session,
                f.request(),
                f.consumer(),
                f.handedOut(),
                f.outcome(),
                f.isTransacted(),
                f.isWithGroup(),
                tags,
                count);
    }

    /**
     * Deliveries are acknowledged, or given back.
     *
     * @param request 0 if no answer is wanted
     * @param transacted whether in the session's transaction; then the consumer may be another session's
     * @param withGroup whether what follows a message in its group goes back with it
     * @param ranges first and last tag of each range
     */
    public void ack(
            ClientConnection c,
            int session,
            int request,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            boolean transacted,
            boolean withGroup,
            long[] ranges,
            int count) {
        try {
            ClientSession found = Sessions.find(c, session);
            Consumer from = transacted ? Sessions.consumer(c, consumer) : Sessions.consumer(c, found, consumer);
            from.handedOut(handedOut);
            for (int i = 0; i < count; i++) {
                long first = ranges[2 * i];
                long last = ranges[2 * i + 1];
                if (transacted && found.mode() == AcknowledgeMode.XA) {
                    branches.acknowledge(found, from, first, last);
                    continue;
                }
                if (transacted) {
                    transactions.acknowledge(found, from, first, last);
                    continue;
                }
                settle(from, outcome, withGroup, first, last);
            }
            Consuming.forgetIfSettled(from);
            if (request != 0) {
                // What goes back is told at once: deliveries before the answer are stale, those after it are fresh.
                c.outlet().ok(request, transacted || withGroup ? 0 : recorder.appended());
            }
        } catch (Refusal e) {
            if (request != 0) {
                refuse(c, request, e);
            }
        }
    }

    private void settle(Consumer from, AckOutcome outcome, boolean withGroup, long first, long last) {
        switch (outcome) {
            case CONSUMED -> settlement.acknowledge(from, first, last);
            case REJECTED -> settlement.reject(from, first, last);
            case RETURNED_COUNTED, RETURNED_UNCOUNTED -> {
                boolean counted = outcome == AckOutcome.RETURNED_COUNTED;
                if (withGroup) {
                    settlement.giveBackWithGroup(from, first, last, counted);
                } else {
                    settlement.giveBack(from, first, last, counted);
                }
            }
        }
    }

    /** Deliveries that the application has not seen come back uncounted. */
    public void returned(ClientConnection c, int session, int consumer, long handedOut, long first, long last) {
        Consumer found = c.consumers().get(consumer);
        if (found != null) {
            found.handedOut(handedOut);
            long before = found.deliveries().count();
            settlement.giveBack(found, Math.max(first, found.handedOut() + 1), last, false);
            found.recalledCount(before - found.deliveries().count());
            Consuming.forgetIfSettled(found);
        }
    }

    /** A redelivered message is about to be handed to the application. */
    public void handing(ClientConnection c, int session, int consumer, long tag) {
        Consumer found = c.consumers().get(consumer);
        if (found != null) {
            found.handing(tag);
        }
    }

    public void unsubscribe(ClientConnection c, int request, String name) {
        try {
            consuming.unsubscribe(c, name);
            ok(c, request);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    // --- transactions

    public void commit(ClientConnection c, int session, int request, long transaction, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            try {
                transactions.commit(found, transaction);
            } catch (Refusal e) {
                sessions.recover(found);
                throw e;
            }
            ok(c, request);
        } catch (Refusal e) {
            refuse(c, request, e);
        }
    }

    public void rollback(ClientConnection c, int session, int request, long transaction, List<Handed> handed) {
        recover(c, session, request, handed);
    }

    public void transactionOutcome(ClientConnection c, int request, UUID connectionId, long transaction) {
        TransactionOutcome outcome = transactions.outcome(connectionId, transaction);
        c.outlet().ok(request, recorder.appended(), new Result.Outcome(outcome));
    }

    // --- branches of distributed transactions

    public void startBranch(ClientConnection c, int session, Frame.XaStart f) {
        try {
            int code = branches.start(Sessions.find(c, session), f.xid(), f.xaFlags(), f.timeoutMs());
            c.outlet().ok(f.request(), 0, new Result.XaDone(code));
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    public void endBranch(ClientConnection c, int session, Frame.XaEnd f) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, f.handed());
            c.outlet().ok(f.request(), 0, new Result.XaDone(branches.end(found, f.xid(), f.xaFlags())));
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    public void prepareBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.prepare(xid));
    }

    public void commitBranch(ClientConnection c, int request, Xid xid, boolean onePhase) {
        xaDone(c, request, branches.commit(xid, onePhase));
    }

    public void rollbackBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.rollback(xid));
    }

    public void forgetBranch(ClientConnection c, int request, Xid xid) {
        xaDone(c, request, branches.forget(xid));
    }

    private void xaDone(ClientConnection c, int request, int code) {
        c.outlet().ok(request, recorder.appended(), new Result.XaDone(code));
    }

    /** Tells of prepared branches, and of those that an administrator decided, with numbers above {@code after}. */
    public void recoverBranches(ClientConnection c, int request, long after) {
        List<Xid> xids = new ArrayList<>();
        long last = 0;
        boolean more = false;
        for (LoggedTransaction transaction : branches.recover(after)) {
            more = xids.size() == Result.XaRecovered.MAX_XIDS;
            if (more) {
                break;
            }
            xids.add(transaction.xid());
            last = transaction.number();
        }
        c.outlet().ok(request, recorder.appended(), new Result.XaRecovered(more ? last : 0, xids));
    }

    // --- browsing

    public void openBrowser(ClientConnection c, int session, Frame.BrowseOpen f) {
        try {
            browsing.open(c, Sessions.find(c, session), f);
            c.outlet().ok(f.request(), 0);
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    public void browseNext(ClientConnection c, int session, Frame.BrowseNext f) {
        try {
            browsing.next(c, f);
        } catch (Refusal e) {
            refuse(c, f.request(), e);
        }
    }

    public void closeBrowser(ClientConnection c, int session, int browser) {
        browsing.close(c, browser);
    }

    // --- administration

    /** All queues, temporary ones too, by name. */
    public List<QueueInfo> queues() {
        return administration.queues();
    }

    /** The queue of that name, or null. */
    public @Nullable QueueInfo queue(String name) {
        return administration.queue(name);
    }

    public List<TopicInfo> topics() {
        return administration.topics();
    }

    public List<SubscriptionInfo> subscriptions() {
        return administration.subscriptions();
    }

    /** A durable subscription that has expired, for the log; null if there is none that was not told yet. */
    public @Nullable SubscriptionInfo pollExpiredSubscription() {
        return expiry.poll();
    }

    /** Durable subscriptions that have expired since the start. */
    public long expiredSubscriptions() {
        return expiry.count();
    }

    /**
     * Removes what is in a queue now, also what is out, over the next steps.
     *
     * @return how many messages that is
     * @throws Refusal if there is no such queue
     */
    public long purge(String name) throws Refusal {
        return administration.purge(name);
    }

    /** What was recorded so far is durable once the log is durable up to here. */
    public long appended() {
        return recorder.appended();
    }

    /** Branches of distributed transactions: the prepared and decided ones by number, then the others by age. */
    public List<TransactionInfo> transactions() {
        return transactionAdministration.list();
    }

    /**
     * Decides a prepared branch in place of its transaction manager.
     *
     * @throws Refusal if there is no prepared branch of that number
     */
    public TransactionInfo decideTransaction(long number, boolean commit) throws Refusal {
        return transactionAdministration.decide(number, commit);
    }

    /**
     * Forgets what was decided about a branch, in place of its transaction manager.
     *
     * @throws Refusal if there is no decided branch of that number
     */
    public TransactionInfo forgetTransaction(long number) throws Refusal {
        return transactionAdministration.forget(number);
    }

    /** Connections, with those in their time of grace. */
    public int connectionCount() {
        return connections.all().size();
    }

    private void ok(ClientConnection c, int request) {
        c.outlet().ok(request, recorder.appended());
    }

    private static void refuse(ClientConnection c, int request, Refusal refusal) {
        c.outlet().error(request, refusal.code(), refusal.text());
    }
}
