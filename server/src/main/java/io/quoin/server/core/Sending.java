// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.RoutedRecord;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes in messages: recognises what came before, finds the destination, decides who takes the message, and records it.
 *
 * <p>Thread: confined to the owner of the group. A send in its steady state allocates nothing.
 */
final class Sending {

    /** Bytes of a transaction that no log keeps: they take memory until it ends. */
    private static final int UNLOGGED_BYTES_MAX = 16 << 20;

    /** A hundred years: a message that lives longer never expires, and none is delayed for longer. */
    private static final long FOREVER_MS = 100L * 365 * 24 * 3_600_000;

    private final Grouping grouping = new Grouping();
    private final BrokerOptions options;
    private final Now now;
    private final DestinationResolver resolver;
    private final Destinations destinations;
    private final ProducerNumbers producers;
    private final TransactionLog transactionLog;
    private final DedupIds dedupIds;
    private final Recorder recorder;
    private final SendCredit credit;
    private final HandOut handOut;
    private final TopicRouter router = new TopicRouter();
    private final MessageView view = new MessageView();
    private boolean persistentRefused;

    Sending(
            BrokerOptions options,
            Now now,
            DestinationResolver resolver,
            Destinations destinations,
            ProducerNumbers producers,
            TransactionLog transactionLog,
            DedupIds dedupIds,
            Recorder recorder,
            SendCredit credit,
            HandOut handOut) {
        this.options = options;
        this.now = now;
        this.resolver = resolver;
        this.destinations = destinations;
        this.producers = producers;
        this.transactionLog = transactionLog;
        this.dedupIds = dedupIds;
        this.recorder = recorder;
        this.credit = credit;
        this.handOut = handOut;
    }

    /** A send outside transactions, or within one: then it is kept until the commit or, of a large one, logged unseen. */
    void send(
            ClientConnection c,
            ClientSession session,
            int flags,
            long sequence,
            int alias,
            long timeToLiveMs,
            long delayMs,
            long ageMs,
            MessageView message,
            ByteBuffer payload)
            throws Refusal {
        Destination destination = resolver.resolve(c, alias);
        boolean persistent = (flags & FrameFlags.SEND_PERSISTENT) != 0;
        boolean expires = timeToLiveMs != 0 && timeToLiveMs < FOREVER_MS;
        long expiresAtMs = expires ? Math.max(1, now.wallMs() + timeToLiveMs - ageMs) : 0;
        long dueAtMs = delayMs <= ageMs ? 0 : now.wallMs() + Math.min(delayMs, FOREVER_MS) - ageMs;
        // A send that nobody waits for is not repeated in its place: it is taken if it had credit, even if others have
        // taken the room meanwhile.
        boolean promised =
                (flags & (FrameFlags.SEND_WAITING | FrameFlags.SEND_RESENT)) == 0 && credit.isPromised(c, alias);
        boolean transacted = (flags & FrameFlags.SEND_TRANSACTED) != 0;
        checkSpace(destination, persistent, transacted, promised, message);
        boolean isLarge = false;
        if (transacted) {
            isLarge = keep(session, destination, persistent, sequence, expiresAtMs, dueAtMs, message, payload);
            c.receivedSends().received(sequence);
            c.outlet().sent(sequence, c.sentAfter(0));
        } else {
            boolean logged = record(c, destination, persistent, sequence, expiresAtMs, dueAtMs, message, payload);
            c.receivedSends().received(sequence);
            c.outlet().sent(sequence, c.sentAfter(logged ? recorder.appended() : 0));
        }
        // What comes again is beyond credit: nobody knows what of it came before.
        boolean resent = (flags & FrameFlags.SEND_RESENT) != 0;
        credit.sent(c, alias, resent ? 0 : payload.remaining(), destination, isLarge);
    }

    /** The send was refused: it may come again, and is then looked at afresh. */
    void refused(
            ClientConnection c,
            @Nullable ClientSession session,
            int flags,
            long sequence,
            int alias,
            int bytes,
            Refusal refusal) {
        boolean resent = (flags & FrameFlags.SEND_RESENT) != 0;
        // Before the refusal: whoever is told of it then waits for credit.
        credit.refused(c, alias, resent ? 0 : bytes, refusal.code() == ErrorCode.QUEUE_FULL);
        c.receivedSends().refused(sequence);
        boolean isUnheard =
                (flags & (FrameFlags.SEND_TRANSACTED | FrameFlags.SEND_WAITING)) == FrameFlags.SEND_TRANSACTED;
        if (isUnheard && session != null) {
            Branch branch = session.branch();
            if (session.mode() != AcknowledgeMode.XA) {
                transaction(session).rollbackOnly();
            } else if (branch != null) {
                branch.fail(XaCode.ROLLED_BACK);
            }
        }
        c.outlet().refused(sequence, refusal.code(), refusal.text());
        c.outlet().sent(sequence, c.sentAfter(0));
    }

    /** Records a message that was kept in a transaction; its destination is there. Returns whether it is in the log. */
    boolean recordKept(ClientConnection c, KeptSends transaction) {
        Destination destination = destinations.find(transaction.destination());
        if (destination == null) {
            throw new IllegalStateException("the destination of a send vanished while its transaction was committed");
        }
        MessageReader.wrap(view, transaction.buffer(), transaction.messageAt(), transaction.length());
        return record(
                c,
                destination,
                transaction.isPersistent(),
                transaction.sequence(),
                transaction.expiresAtMs(),
                transaction.dueAtMs(),
                view,
                transaction.payload());
    }

    /** While the disk has too little space, persistent messages are refused. */
    void refusePersistent(boolean refuse) {
        persistentRefused = refuse;
    }

    /**
     * Refuses if there is no space for the message. A duplicate takes none and is answered as the first one was; in a
     * transaction it takes the server's until the commit, where it is dropped.
     */
    private void checkSpace(
            Destination destination, boolean persistent, boolean transacted, boolean promised, MessageView message)
            throws Refusal {
        try {
            checkServer(destination, persistent);
        } catch (Refusal full) {
            if (transacted || !isDuplicate(destination, message)) {
                throw full;
            }
        }
        if (promised) {
            return;
        }
        try {
            checkDestination(destination);
        } catch (Refusal full) {
            if (!isDuplicate(destination, message)) {
                throw full;
            }
        }
    }

    private boolean isDuplicate(Destination destination, MessageView message) {
        long dedup = DedupIds.hash(destination, message);
        return dedup != DedupIds.NONE && dedupIds.isDuplicate(destination, dedup);
    }

    /** Refuses if the disk, or the server's memory for non-persistent messages, is full. */
    private void checkServer(Destination destination, boolean persistent) throws Refusal {
        if (persistent && persistentRefused) {
            throw new Refusal(
                    ErrorCode.DISK_FULL, "The disk of the server has too little space for " + destination.name());
        }
        if (!persistent && recorder.volatileBytes() >= options.volatileBytesMax()) {
            throw new Refusal(
                    ErrorCode.MEMORY_FULL,
                    "Non-persistent messages take " + recorder.volatileBytes() + " bytes of memory, of at most "
                            + options.volatileBytesMax());
        }
    }

    /** Refuses if the queue, or a subscription of the topic, is full. */
    private void checkDestination(Destination destination) throws Refusal {
        if (destination instanceof Queue queue) {
            credit.checkRoom(queue);
        } else if (destination instanceof Topic topic) {
            for (int i = 0; i < topic.durable().size(); i++) {
                credit.checkRoom(topic.durable().get(i));
            }
        }
    }

    /** The transaction of the session, begun if need be. */
    LocalTransaction transaction(ClientSession session) {
        LocalTransaction transaction = session.transaction();
        if (transaction == null) {
            transaction = new LocalTransaction(transactionLog.memory());
            session.transaction(transaction);
        }
        return transaction;
    }

    /** Returns whether the transaction is a large one. */
    private boolean keep(
            ClientSession session,
            Destination destination,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            MessageView message,
            ByteBuffer payload)
            throws Refusal {
        if (session.mode() == AcknowledgeMode.XA) {
            return keepInBranch(session, destination, persistent, sequence, expiresAtMs, dueAtMs, message, payload);
        }
        LocalTransaction transaction = transaction(session);
        int bytes = payload.remaining();
        if (isTooLarge(transaction.size(), transaction.bytes() + bytes)) {
            transaction.rollbackOnly();
            throw tooLarge(transaction.size(), transaction.bytes());
        }
        if (transaction.isRollbackOnly()) {
            return false;
        }
        ClientConnection c = session.connection();
        LoggedPart part = transaction.logged();
        if (part == null && transactionLog.isLarge(transaction.bytes() + bytes, transaction.size() + 1L)) {
            part = transactionLog.logLocal(c, transaction);
        }
        if (part != null
                && TransactionLog.takes(destination)
                && transactionLog.send(
                        part, c, destination, persistent, sequence, expiresAtMs, dueAtMs, message, payload)) {
            return true;
        }
        KeptSends kept = transaction.kept();
        if (kept.bytes() + bytes > UNLOGGED_BYTES_MAX) {
            transaction.rollbackOnly();
            throw tooLargeForMemory(kept);
        }
        if (transactionLog.memory().isFull()) {
            transaction.rollbackOnly();
            throw memoryIsFull();
        }
        kept.add(
                destination.number(),
                persistent,
                sequence,
                expiresAtMs,
                dueAtMs,
                part == null ? 0 : part.sends(),
                payload);
        return part != null;
    }

    private boolean isTooLarge(long messages, long bytes) {
        return bytes > options.transactionBytesMax() || messages >= options.transactionMessagesMax();
    }

    private Refusal tooLarge(long messages, long bytes) {
        return new Refusal(
                ErrorCode.TRANSACTION_TOO_LARGE,
                "The transaction has " + messages + " messages and " + bytes + " bytes; at most "
                        + options.transactionMessagesMax() + " and " + options.transactionBytesMax() + " are allowed");
    }

    private Refusal memoryIsFull() {
        KeptMemory memory = transactionLog.memory();
        return new Refusal(
                ErrorCode.MEMORY_FULL,
                "All open transactions together keep " + memory.bytes()
                        + " bytes of messages that are not persistent or for temporary destinations; at most "
                        + memory.bytesMax() + " are allowed");
    }

    private static Refusal tooLargeForMemory(KeptSends kept) {
        return new Refusal(
                ErrorCode.TRANSACTION_TOO_LARGE,
                "The transaction has " + kept.count() + " messages of " + kept.bytes()
                        + " bytes that are not persistent or" + " for temporary destinations; at most "
                        + UNLOGGED_BYTES_MAX + " bytes are allowed");
    }

    /** A branch that can only be rolled back takes nothing in any more: whoever ends the work in it is told. */
    private boolean keepInBranch(
            ClientSession session,
            Destination destination,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            MessageView message,
            ByteBuffer payload)
            throws Refusal {
        Branch branch = session.branch();
        if (branch == null) {
            throw new Refusal(
                    ErrorCode.TRANSACTION_UNKNOWN,
                    "Session " + session.number() + " does not take part in a distributed transaction");
        }
        int bytes = payload.remaining();
        if (isTooLarge(branch.size(), branch.bytes() + bytes)) {
            branch.fail(XaCode.ROLLED_BACK_FOR_OTHER_REASONS);
            throw tooLarge(branch.size(), branch.bytes());
        }
        if (branch.hasFailed()) {
            return false;
        }
        ClientConnection c = session.connection();
        LoggedPart part = branch.logged();
        if (part == null && transactionLog.isLarge(branch.bytes() + bytes, branch.size() + 1)) {
            part = transactionLog.logBranch(branch);
        }
        if (part != null
                && TransactionLog.takes(destination)
                && transactionLog.send(
                        part, c, destination, persistent, sequence, expiresAtMs, dueAtMs, message, payload)) {
            return true;
        }
        KeptSends kept = branch.sends(c, transactionLog.memory());
        if (kept.bytes() + bytes > UNLOGGED_BYTES_MAX) {
            branch.fail(XaCode.ROLLED_BACK_FOR_OTHER_REASONS);
            throw tooLargeForMemory(kept);
        }
        if (transactionLog.memory().isFull()) {
            branch.fail(XaCode.ROLLED_BACK_FOR_OTHER_REASONS);
            throw memoryIsFull();
        }
        kept.add(
                destination.number(),
                persistent,
                sequence,
                expiresAtMs,
                dueAtMs,
                part == null ? 0 : part.sends(),
                payload);
        return part != null;
    }

    private boolean record(
            ClientConnection c,
            Destination destination,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            MessageView message,
            ByteBuffer payload) {
        long dedup = DedupIds.hash(destination, message);
        if (dedup != DedupIds.NONE && dedupIds.isDuplicate(destination, dedup)) {
            dedupIds.duplicate();
            return true; // the first one may be on its way to the disk: the answer is as late as its own
        }
        if (destination instanceof Topic topic) {
            return recordForTopic(c, topic, persistent, sequence, expiresAtMs, dueAtMs, message, dedup, payload);
        }
        boolean durable = persistent && destination.isDurable();
        int producer = durable ? producers.of(c) : ProducerNumbers.NONE;
        grouping.look(destination, c, message);
        int flags = (grouping.isGrouped() ? SendRecord.GROUPED : 0)
                | (dueAtMs == 0 ? 0 : SendRecord.DELAYED)
                | annotated()
                | deduped(dedup);
        ByteBuffer fields = recorder.begin(durable, RecordType.SEND, flags);
        SendRecord.put(
                fields, destination.number(), producer, sequence, expiresAtMs, grouping.hash(), message.priority());
        if (dueAtMs != 0) {
            SendRecord.putDue(fields, dueAtMs);
        }
        fields.put(grouping.annotations());
        putDedup(fields, dedup);
        recorder.end(payload);
        if (durable && destination instanceof Queue queue) {
            handOut.joined(queue, message.priority(), recorder);
        }
        return durable;
    }

    private boolean recordForTopic(
            ClientConnection c,
            Topic topic,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            MessageView message,
            long dedup,
            ByteBuffer payload) {
        router.route(topic, c, message);
        boolean durable = persistent && router.durableTaken() > 0;
        if (!durable && router.durableTaken() + router.nonDurableTaken() == 0) {
            return false;
        }
        int filtered = topic.durableFiltered() + (durable ? 0 : topic.nonDurableFiltered());
        int producer = durable ? producers.of(c) : ProducerNumbers.NONE;
        grouping.look(topic, c, message);
        int grouped = grouping.isGrouped() ? SendRecord.GROUPED : 0;
        int flags = SendRecord.TOPIC
                | grouped
                | (dueAtMs == 0 ? 0 : SendRecord.DELAYED)
                | (filtered == 0 ? 0 : SendRecord.FILTERED)
                | annotated()
                | deduped(dedup);
        ByteBuffer fields = recorder.begin(durable, RecordType.SEND, flags);
        SendRecord.put(fields, topic.number(), producer, sequence, expiresAtMs, grouping.hash(), message.priority());
        if (dueAtMs != 0) {
            SendRecord.putDue(fields, dueAtMs);
        }
        SendRecord.putVersion(fields, topic.version());
        if (filtered != 0) {
            SendRecord.putFiltered(fields, filtered, durable ? router.durableBits() : router.allBits(topic));
        }
        fields.put(grouping.annotations());
        putDedup(fields, dedup);
        long position = recorder.end(payload);
        for (int i = 0; durable && i < topic.durable().size(); i++) {
            handOut.joined(topic.durable().get(i), message.priority(), recorder);
        }
        if (durable && router.nonDurableTaken() > 0) {
            ByteBuffer routed = recorder.begin(false, RecordType.ROUTED, grouped);
            RoutedRecord.put(
                    routed,
                    topic.number(),
                    payload.remaining(),
                    position,
                    expiresAtMs,
                    grouping.hash(),
                    message.priority(),
                    dueAtMs,
                    position);
            SendRecord.putFiltered(routed, topic.nonDurableFiltered(), router.nonDurableBits());
            recorder.end();
        }
        return durable;
    }

    private static int deduped(long dedup) {
        return dedup == DedupIds.NONE ? 0 : SendRecord.DEDUPED;
    }

    private void putDedup(ByteBuffer fields, long dedup) {
        if (dedup != DedupIds.NONE) {
            SendRecord.putDedup(fields, dedup, dedupIds.second());
        }
    }

    private int annotated() {
        return grouping.annotations().length == 0 ? 0 : SendRecord.ANNOTATED;
    }
}
