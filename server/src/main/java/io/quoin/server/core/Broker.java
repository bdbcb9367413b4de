// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.model.BootRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.List;
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

    private final BrokerParts parts;
    private final ConnectionCommands connections;
    private final MessageCommands messages;
    private final TransactionCommands transactions;
    private @Nullable SnapshotSteps snapshot;
    private long durableTo;

    /**
     * An empty broker.
     *
     * @param log takes the records of durable state
     * @param volatileLog takes those of volatile state
     * @param store the stored messages of both
     */
    public Broker(BrokerOptions options, RecordSink log, VolatileLog volatileLog, MessageStore store) {
        parts = new BrokerParts(options, log, volatileLog, store);
        connections = new ConnectionCommands(parts);
        messages = new MessageCommands(parts);
        transactions = new TransactionCommands(parts);
    }

    // --- life

    /** Applies a record that was read from the log, here or elsewhere. */
    public void apply(RecordView record) {
        parts.applier.apply(record);
    }

    /** The log has been applied to its end, and takes records now. An unclean stop leaves doubts about what was out. */
    public void booted(boolean clean) {
        parts.visibility.replayed();
        parts.handOut.replayed();
        BootRecord.put(
                parts.recorder.begin(true, RecordType.BOOT, 0),
                parts.applier.bootNumber() + 1,
                parts.now.wallMs(),
                clean);
        parts.recorder.end();
        parts.applier.replayed();
        parts.completing.booted(parts.transactionLog);
        parts.connections.booted();
        parts.doubts.booted();
        parts.awaitedConsumers.booted();
        if (parts.applier.bootNumber() > 1) {
            parts.awaited.restarted();
        }
    }

    /** How often the server has started on these data. */
    public long bootNumber() {
        return parts.applier.bootNumber();
    }

    /** Sums up the durable state: equal for equal state. */
    public long digest() {
        Digest digest = new Digest();
        DurableState.digest(digest, parts);
        return digest.value();
    }

    // --- snapshots

    /** Whether a snapshot may begin: none is under way, and nothing that was removed is still being let go of. */
    public boolean canBeginSnapshot() {
        return snapshot == null && !parts.applier.isDiscarding();
    }

    /**
     * Begins to give {@code target} the durable state of this moment, and gives it the first piece. The position of the log
     * that it belongs to is where the next record goes.
     */
    public void beginSnapshot(SnapshotTarget target) {
        SnapshotSteps steps = new SnapshotSteps(parts.indexStore, parts.sources, target);
        steps.begin(parts.catalogue);
        snapshot = steps;
    }

    /** Gives about {@code blocks} more blocks; returns whether the target has everything now. */
    public boolean snapshotStep(int blocks) {
        return snapshot == null || snapshot.step(blocks);
    }

    /** The snapshot that was taken is safe: blocks that do not change from now on need not be given again. */
    public void endSnapshot() {
        if (snapshot != null) {
            snapshot.ended();
        }
        snapshot = null;
    }

    /** The snapshot could not be written. */
    public void abortSnapshot() {
        parts.indexStore.abortSnapshot();
        snapshot = null;
    }

    /** Makes an empty broker that of a snapshot; then the log from the snapshot's position on is applied. */
    public void restore(SnapshotSource source) {
        parts.catalogue.restore(source.piece(0), source);
        for (int i = 1; i < source.pieces(); i++) {
            SnapshotSteps.restore(source.piece(i), parts.sources, source, parts.timers);
        }
        parts.applier.restored();
    }

    // --- damage and cleaning

    /**
     * The message in the record at {@code position} cannot be read: it leaves every queue.
     *
     * @return where it was, for people
     */
    public List<String> damaged(long position) {
        return parts.damagedMessages.remove(position);
    }

    /** Begins to move what is needed of the log from {@code from} to before {@code to} to its end; the caller steps it. */
    public Relocation relocate(long from, long to) {
        return new Relocation(parts.sources, parts.loggedTransactions, parts.store, parts.recorder, from, to);
    }

    // --- time and progress

    /** Says what time it is for the step that begins; {@code nanos} never goes back. */
    public void now(long wallMs, long nanos) {
        parts.now.set(wallMs, nanos);
    }

    /** Does what is due, up to about {@code budget} messages' worth; returns how much was done. */
    public int tick(int budget) {
        int work = parts.ticker.tick(budget)
                + parts.connections.tick()
                + parts.branches.tick()
                + parts.administration.step()
                + parts.applier.discard(budget);
        work += parts.doubts.tick() + parts.permits.tick();
        work += parts.recalls.tick() + parts.expiry.tick() + parts.awaited.tick(parts.resolver);
        work += parts.awaitedConsumers.tick();
        work += parts.completing.step();
        return work + parts.browsing.step(budget) + (parts.sendCredit.isWaiting() ? parts.sendCredit.retry() : 0);
    }

    /** The log is durable up to {@code position}: what lies before may be seen. */
    public void durable(long position) {
        if (position > durableTo) {
            durableTo = position;
            parts.visibility.durable(position);
            parts.handOut.durable(position);
            parts.awaitedConsumers.durable(position);
        }
    }

    /** Delivers up to about {@code budget} messages; returns how much was done. */
    public int dispatch(int budget) {
        return parts.dispatching.dispatch(budget);
    }

    /** Messages that {@link MessageStore#ready} said no to may be in memory now. */
    public void bodiesArrived() {
        parts.dispatching.bodiesArrived();
        parts.deadLetters.bodiesArrived();
        parts.browsing.bodiesArrived();
        parts.messageIds.bodiesArrived();
    }

    /** Whether {@link #tick} or {@link #dispatch} has something to do at once. */
    public boolean hasWork() {
        return parts.completing.hasWork()
                || !parts.ready.isEmpty()
                || parts.browsing.hasWork()
                || parts.permits.hasWork()
                || parts.awaitedConsumers.hasWork()
                || parts.administration.hasWork()
                || parts.applier.isDiscarding();
    }

    /** When {@link #tick} has to be called at the latest, on the server's clock; {@link Long#MAX_VALUE} if not by itself. */
    public long nextDeadlineMs() {
        long next = Math.min(
                Math.min(parts.connections.nextMs(), parts.recalls.nextMs()),
                Math.min(parts.branches.nextMs(), Math.min(parts.awaited.nextMs(), parts.awaitedConsumers.nextMs())));
        long inMs = next == Long.MAX_VALUE ? next : Math.max(0, next - parts.now.monotonicMs());
        return Math.min(
                Math.min(parts.doubts.nextMs(), Math.min(parts.timers.nextMs(), parts.expiry.nextMs())),
                inMs == Long.MAX_VALUE ? inMs : parts.now.wallMs() + inMs);
    }

    /**
     * Whether the log holds what becomes possible only when it is durable, though no answer waits for it: messages to be
     * seen, marks to be raised, consumers to be served.
     */
    public boolean hasUnforcedWork() {
        return parts.visibility.isWaiting() || parts.handOut.isWaiting() || parts.awaitedConsumers.isUnforced();
    }

    // --- stopping

    /** The server is about to stop: nothing more is delivered, and clients are asked for what they have not handed out. */
    public void stopping() {
        parts.connections.stopping();
    }

    /** Whether nothing is out any more: {@link #stopped} would flag nothing. */
    public boolean isQuiet() {
        return parts.connections.isQuiet();
    }

    /**
     * The last step before a clean stop. What is still out has perhaps been seen, so it is flagged, without counting; clients
     * that come back begin anew.
     */
    public void stopped() {
        parts.completing.finish();
        parts.connections.stopped();
        parts.branches.stopped();
    }

    // --- what clients ask

    /** Connections, sessions, destinations, subscriptions. */
    public ConnectionCommands connections() {
        return connections;
    }

    /** Sends, deliveries, browsing. */
    public MessageCommands messages() {
        return messages;
    }

    /** The ends of transactions. */
    public TransactionCommands transactions() {
        return transactions;
    }

    /** Who may connect. */
    public Users users() {
        return parts.users;
    }

    /** While the disk has too little space, persistent messages are refused; everything else goes on. */
    public void refuseProducers(boolean refuse) {
        parts.sending.refusePersistent(refuse);
    }

    // --- administration

    /** All queues, temporary ones too, by name. */
    public List<QueueInfo> queues() {
        return parts.administration.queues();
    }

    /** The queue of that name, or null. */
    public @Nullable QueueInfo queue(String name) {
        return parts.administration.queue(name);
    }

    public List<TopicInfo> topics() {
        return parts.administration.topics();
    }

    public List<SubscriptionInfo> subscriptions() {
        return parts.administration.subscriptions();
    }

    /** A durable subscription that has expired, for the log; null if there is none that was not told yet. */
    public @Nullable SubscriptionInfo pollExpiredSubscription() {
        return parts.expiry.poll();
    }

    /** Messages that were not stored again, as their ids were known, since the start. */
    public long duplicates() {
        return parts.dedupIds.duplicates();
    }

    /** Durable subscriptions that have expired since the start. */
    public long expiredSubscriptions() {
        return parts.expiry.count();
    }

    /**
     * Removes what is in a queue now, also what is out, over the next steps.
     *
     * @return how many messages that is
     * @throws Refusal if there is no such queue
     */
    public long purge(String name) throws Refusal {
        return parts.administration.purge(name);
    }

    /** Message groups, as administrators see them. */
    public GroupAdministration groups() {
        return parts.groups;
    }

    /** Messages in doubt, as administrators see them. */
    public DoubtAdministration doubts() {
        return parts.doubtAdministration;
    }

    /** What was recorded so far is durable once the log is durable up to here. */
    public long appended() {
        return parts.recorder.appended();
    }

    /** Branches of distributed transactions: the prepared and decided ones by number, then the others by age. */
    public List<TransactionInfo> branches() {
        return parts.transactionAdministration.list();
    }

    /**
     * Decides a prepared branch in place of its transaction manager.
     *
     * @throws Refusal if there is no prepared branch of that number
     */
    public TransactionInfo decideTransaction(long number, boolean commit) throws Refusal {
        return parts.transactionAdministration.decide(number, commit);
    }

    /**
     * Forgets what was decided about a branch, in place of its transaction manager.
     *
     * @throws Refusal if there is no decided branch of that number
     */
    public TransactionInfo forgetTransaction(long number) throws Refusal {
        return parts.transactionAdministration.forget(number);
    }

    /** Connections, with those in their time of grace. */
    public int connectionCount() {
        return parts.connections.all().size();
    }
}
