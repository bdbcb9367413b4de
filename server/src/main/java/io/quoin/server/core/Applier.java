// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Bodies;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.Permit;
import io.quoin.server.model.BootRecord;
import io.quoin.server.model.CommittedRecord;
import io.quoin.server.model.ConsumingRecord;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.DueRecord;
import io.quoin.server.model.GroupParked;
import io.quoin.server.model.GroupReleased;
import io.quoin.server.model.HandOutRecord;
import io.quoin.server.model.IdleSince;
import io.quoin.server.model.PermitRecord;
import io.quoin.server.model.ProducerRecord;
import io.quoin.server.model.PurgedRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.RelocatedRecord;
import io.quoin.server.model.Removed;
import io.quoin.server.model.RoutedRecord;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.UserRemoved;
import io.quoin.server.model.UserSecret;
import io.quoin.server.model.UserStored;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;

/**
 * Applies records: the only code that changes durable state, and what is kept like it but not written. Live operation,
 * recovery and a second copy all come through here, so that they cannot differ.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Applier {

    private final Sources sources;
    private final Destinations destinations;
    private final Subscriptions subscriptions;
    private final ProducerTable producers;
    private final ConsumingTable consuming;
    private final UserTable users;
    private final Visibility visibility;
    private final ReadySources ready;
    private final Timers timers;
    private final HandOut handOut;
    private final DedupIds dedupIds;
    private final TransactionApplier transactions;
    /** Removed queues and subscriptions that still hold on to messages: not part of the state any more. */
    private final ArrayDeque<Source> dropped = new ArrayDeque<>();

    private long bootNumber;
    private int lastNumber;

    Applier(
            Sources sources,
            Destinations destinations,
            Subscriptions subscriptions,
            ProducerTable producers,
            ConsumingTable consuming,
            UserTable users,
            Visibility visibility,
            ReadySources ready,
            Timers timers,
            HandOut handOut,
            LoggedTransactions transactions,
            DedupIds dedupIds,
            Bodies bodies,
            IndexStore blocks) {
        this.sources = sources;
        this.destinations = destinations;
        this.subscriptions = subscriptions;
        this.producers = producers;
        this.consuming = consuming;
        this.users = users;
        this.visibility = visibility;
        this.ready = ready;
        this.timers = timers;
        this.handOut = handOut;
        this.dedupIds = dedupIds;
        this.transactions =
                new TransactionApplier(this, transactions, sources, destinations, producers, dedupIds, bodies, blocks);
    }

    /** Counts the server's starts on these data. */
    long bootNumber() {
        return bootNumber;
    }

    /** The last number given to a durable destination or subscription. */
    int lastNumber() {
        return lastNumber;
    }

    /** Restores what a snapshot says. */
    void restore(long restoredBootNumber, int restoredLastNumber) {
        bootNumber = restoredBootNumber;
        lastNumber = restoredLastNumber;
    }

    void apply(RecordView record) {
        RecordType type = RecordType.find(record.type());
        if (type == null) {
            throw new IllegalStateException("the log has a record of type " + record.type() + " at position "
                    + record.position() + ", which this version does not know");
        }
        switch (type) {
            case BOOT -> booted(record);
            case DESTINATION_CREATED -> created(DestinationCreated.read(record));
            case DESTINATION_REMOVED -> destinationRemoved(Removed.number(record));
            case SUBSCRIBED -> subscribed(Subscribed.read(record));
            case UNSUBSCRIBED -> unsubscribed(Removed.number(record));
            case SUBSCRIPTION_IDLE -> idle(record);
            case CONSUMING -> consuming.begun(ConsumingRecord.begunBy(record), ConsumingRecord.source(record));
            case CONSUMING_ENDED -> consuming.ended(ConsumingRecord.endedBy(record));
            case PRODUCER_OPENED ->
                producers.opened(
                        ProducerRecord.producer(record),
                        new UUID(ProducerRecord.idHigh(record), ProducerRecord.idLow(record)));
            case PRODUCER_CLOSED -> producers.closed(ProducerRecord.producer(record));
            case PRODUCER_HOLE ->
                producers.refused(
                        ProducerRecord.producer(record), ProducerRecord.first(record), ProducerRecord.last(record));
            case SEND -> sent(record);
            case ACK, EXPIRED, DAMAGED -> removed(record);
            case COUNTED -> counted(record);
            case HANDOUT ->
                handOut.recorded(
                        sources.find(HandOutRecord.source(record)),
                        record.position(),
                        HandOutRecord.priority(record),
                        HandOutRecord.upTo(record));
            case DUE -> due(record);
            case DEAD_LETTERED -> deadLettered(record);
            case PURGED -> purged(record);
            case GROUP_PARKED -> parked(record);
            case GROUP_RELEASED -> groupReleased(record);
            case COMMITTED ->
                producers.committed(CommittedRecord.producer(record), CommittedRecord.transaction(record));
            case ROUTED -> routed(record);
            case COPIED -> {
                // Nothing refers to the copy until a RELOCATED record says so.
            }
            case RELOCATED -> relocated(record);
            case PERMITTED -> permitted(record);
            case PERMIT_RETURNED -> permitReturned(record);
            case IN_DOUBT -> inDoubt(record);
            case USER_STORED -> users.stored(UserStored.read(record));
            case USER_REMOVED -> users.removed(UserRemoved.name(record));
            case USER_SECRET -> users.secret(UserSecret.secret(record));
            case TX_SEND -> transactions.sent(record);
            case TX_ACK -> transactions.acknowledged(record);
            case TX_PREPARED -> transactions.prepared(record);
            case TX_COMMITTED -> transactions.committed(record);
            case TX_ROLLED_BACK -> transactions.rolledBack(record);
            case TX_FORGOTTEN -> transactions.forgotten(record);
            case TX_RELOCATED -> transactions.relocated(record);
            case TX_DECIDED -> transactions.decided(record);
            case TX_STEP -> transactions.step(record);
        }
    }

    /** Everything of a snapshot has been restored, the queues too. */
    void restored() {
        transactions.restored();
    }

    /** The log has been applied to its end. */
    void replayed() {
        transactions.replayed();
    }

    /** Lets go of messages of what was removed, up to {@code budget} of them; returns how many at most. */
    int discard(int budget) {
        Source source = dropped.peek();
        if (source == null) {
            return 0;
        }
        timers.remove(source);
        if (source.messages().discard(budget)) {
            dropped.remove();
        }
        return budget;
    }

    boolean isDiscarding() {
        return !dropped.isEmpty();
    }

    private void booted(RecordView record) {
        bootNumber = BootRecord.bootNumber(record);
        if (BootRecord.isClean(record)) {
            consuming.clear();
        } else {
            for (Source source : sources.all()) {
                source.messages().uncertain();
            }
        }
        for (Subscription subscription : subscriptions.durable()) {
            if (subscription.canExpire() && subscription.idleSinceMs() == 0) {
                subscription.idleSinceMs(BootRecord.wallMs(record));
            }
        }
    }

    private void created(DestinationCreated created) {
        lastNumber = Math.max(lastNumber, created.number());
        destinations.created(created);
        if (destinations.find(created.number()) instanceof Topic topic) {
            subscriptions.created(topic);
        }
    }

    private void destinationRemoved(int number) {
        dedupIds.removed(number);
        List<Source> removed = destinations.removed(number);
        for (Source source : removed) {
            if (source instanceof Subscription subscription) {
                subscriptions.forget(subscription);
            }
            dropped.add(source);
        }
    }

    private void subscribed(Subscribed subscribed) {
        lastNumber = Math.max(lastNumber, subscribed.number());
        subscriptions.subscribed(subscribed);
    }

    private void unsubscribed(int number) {
        Source source = sources.find(number);
        subscriptions.unsubscribed(number);
        if (source != null) {
            dropped.add(source);
        }
    }

    private void idle(RecordView record) {
        if (sources.find(IdleSince.subscription(record)) instanceof Subscription subscription) {
            subscription.idleSinceMs(IdleSince.sinceMs(record));
        }
    }

    private void sent(RecordView record) {
        int producer = SendRecord.producer(record);
        if (producer != 0) {
            producers.stored(producer, SendRecord.sequence(record));
        }
        Destination destination = destinations.find(SendRecord.destination(record));
        if (destination != null && SendRecord.isDeduped(record)) {
            boolean inLog = record.position() > 0;
            dedupIds.stored(destination, SendRecord.dedupHash(record), SendRecord.dedupSecond(record), inLog);
        }
        if (destination instanceof Queue queue) {
            join(queue, record);
        } else if (destination instanceof Topic topic) {
            joinSubscriptions(topic, record);
        }
    }

    private void joinSubscriptions(Topic topic, RecordView record) {
        boolean durable = record.position() > 0;
        if (durable && SendRecord.version(record) != topic.version()) {
            throw new IllegalStateException("a message to topic " + topic.name() + " at position " + record.position()
                    + " was routed by version " + SendRecord.version(record) + " of its subscriptions, not "
                    + topic.version());
        }
        int filtered = 0;
        List<Subscription> subscribed = topic.durable();
        for (int i = 0; i < subscribed.size(); i++) {
            Subscription subscription = subscribed.get(i);
            // A persistent message without a taker among the durable ones is not logged, and has no bits for them.
            if (subscription.isFiltered() ? SendRecord.isTaken(record, filtered++) : true) {
                join(subscription, record);
            }
        }
        if (durable) {
            return;
        }
        subscribed = topic.nonDurable();
        for (int i = 0; i < subscribed.size(); i++) {
            Subscription subscription = subscribed.get(i);
            if (subscription.isFiltered() ? SendRecord.isTaken(record, filtered++) : true) {
                join(subscription, record);
            }
        }
    }

    private void join(Source source, RecordView record) {
        long expiresAtMs = SendRecord.expiresAtMs(record);
        join(
                source,
                record.position(),
                SendRecord.isDelayed(record) ? SendRecord.dueAtMs(record) : 0,
                SendRecord.priority(record),
                record.position(),
                record.payloadLength(),
                expiresAtMs,
                SendRecord.groupHash(record),
                SendRecord.isGrouped(record));
    }

    /** A message joins a source; it is seen when the log is durable beyond {@code recordPosition}. */
    void join(
            Source source,
            long recordPosition,
            long dueAtMs,
            int priority,
            long position,
            int length,
            long expiresAtMs,
            int groupHash,
            boolean grouped) {
        MessageQueue messages = source.messages();
        if (position < 0) {
            visibility.addingVolatile(source);
        }
        if (dueAtMs != 0) {
            if (position < 0) {
                messages.delayedVolatile(dueAtMs, priority, position, length, expiresAtMs, groupHash, grouped);
            } else {
                messages.delayed(dueAtMs, priority, position, length, expiresAtMs, groupHash, grouped);
            }
            timers.touch(source, dueAtMs);
            return;
        }
        if (position < 0) {
            messages.addedVolatile(priority, position, length, expiresAtMs, groupHash, grouped);
            ready.add(source);
        } else {
            long arrival = messages.added(priority, position, length, expiresAtMs, groupHash, grouped);
            visibility.added(source, recordPosition, arrival);
        }
        if (expiresAtMs != 0) {
            timers.touch(source, MessageQueue.sweepAtMs(expiresAtMs));
        }
    }

    private void removed(RecordView record) {
        Source source = sources.find(RangesRecord.source(record));
        if (source == null) {
            return;
        }
        MessageQueue messages = source.messages();
        int count = RangesRecord.count(record);
        for (int i = 0; i < count; i++) {
            messages.removed(
                    RangesRecord.priority(record, i), RangesRecord.first(record, i), RangesRecord.last(record, i));
        }
        released(source);
    }

    /** Messages have left: others of their groups, for other consumers perhaps, or a consumer may have waited for that. */
    void released(Source source) {
        if (source.messages().ready() || source.changesHands()) {
            ready.add(source);
        }
    }

    /** Messages are back in their places: they may expire there. */
    void returned(Source source) {
        long nextMs = source.messages().nextDeadlineMs();
        if (nextMs != Long.MAX_VALUE) {
            timers.touch(source, nextMs);
        }
        released(source);
    }

    private void counted(RecordView record) {
        Source source = sources.find(RangesRecord.source(record));
        if (source == null) {
            return;
        }
        MessageQueue messages = source.messages();
        int delta = RangesRecord.delta(record);
        int count = RangesRecord.count(record);
        for (int i = 0; i < count; i++) {
            int priority = RangesRecord.priority(record, i);
            long first = RangesRecord.first(record, i);
            long last = RangesRecord.last(record, i);
            if (delta == 0) {
                messages.doubted(priority, first, last);
            } else {
                messages.counted(priority, first, last, delta);
            }
        }
    }

    private void permitted(RecordView record) {
        Source source = sources.find(RangesRecord.source(record));
        if (source == null) {
            return;
        }
        Permit permit = new Permit(
                PermitRecord.connectionId(record),
                PermitRecord.session(record),
                PermitRecord.consumer(record),
                PermitRecord.atMs(record),
                false);
        for (int i = 0; i < RangesRecord.count(record); i++) {
            source.messages()
                    .permitted(
                            RangesRecord.priority(record, i),
                            RangesRecord.first(record, i),
                            RangesRecord.last(record, i),
                            permit);
        }
    }

    private void permitReturned(RecordView record) {
        Source source = sources.find(RangesRecord.source(record));
        for (int i = 0; source != null && i < RangesRecord.count(record); i++) {
            source.messages()
                    .permitReturned(
                            RangesRecord.priority(record, i),
                            RangesRecord.first(record, i),
                            RangesRecord.last(record, i));
        }
    }

    private void inDoubt(RecordView record) {
        Source source = sources.find(RangesRecord.source(record));
        for (int i = 0; source != null && i < RangesRecord.count(record); i++) {
            source.messages()
                    .inDoubt(
                            RangesRecord.priority(record, i),
                            RangesRecord.first(record, i),
                            RangesRecord.last(record, i),
                            PermitRecord.atMs(record));
        }
    }

    private void due(RecordView record) {
        Source source = sources.find(DueRecord.source(record));
        if (source == null) {
            return;
        }
        MessageQueue messages = source.messages();
        if ((record.flags() & DueRecord.VOLATILE) != 0) {
            messages.becameDueVolatile(DueRecord.nowMs(record), DueRecord.max(record));
            ready.add(source);
        } else {
            if (messages.becameDue(DueRecord.nowMs(record), DueRecord.max(record)) > 0) {
                visibility.added(source, record.position(), messages.lastArrival());
            }
        }
    }

    private void deadLettered(RecordView record) {
        Source source = sources.find(SendRecord.source(record));
        if (source != null) {
            long arrival = SendRecord.sourceArrival(record);
            source.messages().removed(SendRecord.sourcePriority(record), arrival, arrival);
            released(source);
        }
        sent(record);
    }

    private void purged(RecordView record) {
        Source source = sources.find(PurgedRecord.source(record));
        if (source == null) {
            return;
        }
        if ((record.flags() & PurgedRecord.VOLATILE) != 0) {
            source.messages().purgedVolatile();
        } else {
            source.messages().purged(PurgedRecord.upTo(record));
        }
        ready.add(source);
    }

    private void parked(RecordView record) {
        Source source = sources.find(GroupParked.source(record));
        if (source != null) {
            source.messages()
                    .parked(GroupParked.priority(record), GroupParked.arrival(record), GroupParked.atMs(record));
        }
    }

    private void groupReleased(RecordView record) {
        Source source = sources.find(GroupReleased.source(record));
        if (source != null) {
            source.messages().released(GroupReleased.groupHash(record));
            ready.add(source);
        }
    }

    private void relocated(RecordView record) {
        Source source = sources.find(RelocatedRecord.source(record));
        if (source == null) {
            return;
        }
        int priority = RelocatedRecord.priority(record);
        long number = RelocatedRecord.number(record);
        if (priority == RelocatedRecord.DELAYED) {
            source.messages().movedDelayed(number, RelocatedRecord.from(record), RelocatedRecord.to(record));
        } else {
            source.messages().moved(priority, number, RelocatedRecord.to(record));
        }
    }

    private void routed(RecordView record) {
        if (!(destinations.find(RoutedRecord.topic(record)) instanceof Topic topic)) {
            return;
        }
        int filtered = 0;
        List<Subscription> subscribed = topic.nonDurable();
        for (int i = 0; i < subscribed.size(); i++) {
            Subscription subscription = subscribed.get(i);
            if (subscription.isFiltered() ? RoutedRecord.isTaken(record, filtered++) : true) {
                join(
                        subscription,
                        RoutedRecord.visibleAfter(record),
                        RoutedRecord.dueAtMs(record),
                        RoutedRecord.priority(record),
                        RoutedRecord.position(record),
                        RoutedRecord.length(record),
                        RoutedRecord.expiresAtMs(record),
                        RoutedRecord.groupHash(record),
                        (record.flags() & SendRecord.GROUPED) != 0);
            }
        }
    }
}
