// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.model.CommittedRecord;
import io.quoin.server.model.HandOutRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.RoutedRecord;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.TxAckRecord;
import io.quoin.server.model.TxOutcomeRecord;
import io.quoin.server.model.TxPreparedRecord;
import io.quoin.server.model.TxSendRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the work of branches into the log: at once with a commit in one phase, or first as prepared and then what became of
 * it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class BranchRecorder {

    private final Now now;
    private final Sources sources;
    private final Destinations destinations;
    private final LoggedTransactions logged;
    private final Recorder recorder;
    private final RangeWriter ranges;
    private final Sending sending;
    private final Visibility visibility;
    private final HandOut handOut;
    private final TopicRouter router = new TopicRouter();
    private final MessageView view = new MessageView();

    BranchRecorder(
            Now now,
            Sources sources,
            Destinations destinations,
            LoggedTransactions logged,
            Recorder recorder,
            Sending sending,
            Visibility visibility,
            HandOut handOut) {
        this.now = now;
        this.sources = sources;
        this.destinations = destinations;
        this.logged = logged;
        this.recorder = recorder;
        this.ranges = new RangeWriter(recorder);
        this.sending = sending;
        this.visibility = visibility;
        this.handOut = handOut;
    }

    /** Whether everything that it sends to is still there, and its records fit into one batch of the log. */
    boolean isRecordable(Branch branch) {
        for (LocalTransaction sends : branch.sends().values()) {
            for (sends.first(); sends.isAtSend(); sends.next()) {
                Destination destination = destinations.find(sends.destination());
                if (destination == null
                        || (destination instanceof Topic topic
                                && topic.durable().size() > TxSendRecord.MAX_TAKERS)) {
                    return false;
                }
            }
        }
        return bytes(branch) <= recorder.atomicBytesMax();
    }

    /** What its records take at most, prepared or committed in one phase. */
    private int bytes(Branch branch) {
        int bytes = Recorder.bytes(TxPreparedRecord.BYTES_MAX, 0);
        HeldMessages held = branch.held();
        for (int i = 0; i < held.size(); i = held.endOfRun(i)) {
            int count = held.endOfRun(i) - i;
            bytes += RangesRecord.bytesMax(count);
            bytes += (count / RangesRecord.MAX_MESSAGES + 1) * TxAckRecord.EXTRA_BYTES;
        }
        for (Map.Entry<ClientConnection, LocalTransaction> one : branch.sends().entrySet()) {
            LocalTransaction sends = one.getValue();
            int annotations = one.getKey().annotations().length;
            for (sends.first(); sends.isAtSend(); sends.next()) {
                int takers = destinations.find(sends.destination()) instanceof Topic topic
                        ? topic.durable().size()
                        : 0;
                bytes += Recorder.bytes(TxSendRecord.bytesMax(takers) + annotations, sends.length());
                bytes += (takers + 1) * Recorder.bytes(HandOutRecord.BYTES, 0);
            }
        }
        return bytes;
    }

    /**
     * Commits a branch that was never prepared: its work is in one batch, and there is no word of a branch. Like a local
     * transaction it leaves its outcome with the connection that asked.
     */
    void commitInOnePhase(Branch branch, ClientConnection asking, long transaction) {
        openProducers(branch);
        int producer = sending.producer(asking);
        recorder.beginAtomic(bytes(branch));
        visibility.beginCommit();
        acknowledge(branch.held(), 0);
        for (Map.Entry<ClientConnection, LocalTransaction> one : branch.sends().entrySet()) {
            LocalTransaction sends = one.getValue();
            for (sends.first(); sends.isAtSend(); sends.next()) {
                sending.recordKept(one.getKey(), sends);
            }
        }
        CommittedRecord.put(recorder.begin(true, RecordType.COMMITTED, 0), producer, transaction);
        visibility.endCommit(recorder.end());
        recorder.endAtomic();
    }

    /** Producers get their numbers ahead of the batch, which has no room for that. */
    private void openProducers(Branch branch) {
        for (ClientConnection c : branch.sends().keySet()) {
            if (!c.isGone()) {
                sending.producer(c);
            }
        }
    }

    // --- two phases

    /** Records the branch as prepared; what no log keeps stays in it. */
    void prepare(Branch branch) {
        long number = logged.nextNumber();
        openProducers(branch);
        recorder.beginAtomic(bytes(branch));
        branch.keepHeld(acknowledge(branch.held(), number));
        int recorded = 0;
        for (Map.Entry<ClientConnection, LocalTransaction> one : branch.sends().entrySet()) {
            LocalTransaction sends = one.getValue();
            LocalTransaction rest = new LocalTransaction();
            for (sends.first(); sends.isAtSend(); sends.next()) {
                if (record(branch, one.getKey(), sends, number, recorded)) {
                    recorded++;
                } else {
                    rest.add(
                            sends.destination(),
                            sends.isPersistent(),
                            sends.sequence(),
                            sends.expiresAtMs(),
                            sends.dueAtMs(),
                            payload(sends));
                }
            }
            branch.keepSends(one.getKey(), rest);
        }
        new TxPreparedRecord(number, now.wallMs(), branch.xid()).put(recorder.begin(true, RecordType.TX_PREPARED, 0));
        recorder.end();
        recorder.endAtomic();
    }

    private static ByteBuffer payload(LocalTransaction sends) {
        return sends.buffer()
                .duplicate()
                .limit(sends.messageAt() + sends.length())
                .position(sends.messageAt());
    }

    /** Records what is acknowledged: for the transaction of that number or, if it is 0, for good; returns what it did not record. */
    private HeldMessages acknowledge(HeldMessages held, long number) {
        HeldMessages rest = new HeldMessages();
        for (int i = 0; i < held.size(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source == null) {
                i = end;
                continue;
            }
            if (number == 0) {
                ranges.begin(RecordType.ACK, source, 0);
            } else {
                ranges.beginOf(number, RecordType.TX_ACK, source);
            }
            for (; i < end; i++) {
                if (number == 0 || (source.isDurable() && held.arrival(i) > 0)) {
                    ranges.add(held.priority(i), held.arrival(i));
                } else {
                    rest.add(held.source(i), held.priority(i), held.arrival(i));
                }
            }
            ranges.end();
        }
        return rest;
    }

    /** Records a send of a transaction if it is for the log. */
    private boolean record(Branch branch, ClientConnection c, LocalTransaction sends, long number, int index) {
        Destination destination = destinations.find(sends.destination());
        if (destination == null || !sends.isPersistent() || !destination.isDurable()) {
            return false;
        }
        MessageReader.wrap(view, sends.buffer(), sends.messageAt(), sends.length());
        int flags = (view.isGrouped() ? SendRecord.GROUPED : 0)
                | (sends.dueAtMs() == 0 ? 0 : SendRecord.DELAYED)
                | (c.annotations().length == 0 ? 0 : SendRecord.ANNOTATED | SendRecord.IN_BRANCH);
        if (!(destination instanceof Topic topic)) {
            ByteBuffer fields = begin(c, sends, flags);
            fields.put(c.annotations());
            TxSendRecord.putTransaction(fields, number);
            recorder.end(payload(sends));
            return true;
        }
        router.route(topic, c, view);
        if (router.durableTaken() == 0) {
            return false;
        }
        Set<Integer> takers = TopicRouter.takers(topic.nonDurable(), router.nonDurableBits());
        if (!takers.isEmpty()) {
            branch.routes().add(new Branch.Route(topic.number(), index, takers));
        }
        ByteBuffer fields = begin(c, sends, flags | SendRecord.TOPIC);
        fields.putShort((short) router.durableTaken());
        TopicRouter.takers(topic.durable(), router.durableBits()).forEach(fields::putInt);
        fields.put(c.annotations());
        TxSendRecord.putTransaction(fields, number);
        recorder.end(payload(sends));
        return true;
    }

    private ByteBuffer begin(ClientConnection c, LocalTransaction sends, int flags) {
        int producer = c.isGone() ? Sending.NO_PRODUCER : sending.producer(c);
        ByteBuffer fields = recorder.begin(true, RecordType.TX_SEND, flags);
        SendRecord.put(
                fields,
                sends.destination(),
                producer,
                sends.sequence(),
                sends.expiresAtMs(),
                view.groupHash(),
                view.priority());
        if (sends.dueAtMs() != 0) {
            SendRecord.putDue(fields, sends.dueAtMs());
        }
        return fields;
    }

    /**
     * Commits a prepared branch.
     *
     * @param rest what no log has of it
     * @param heuristic whether an administrator decides
     */
    void commit(LoggedTransaction transaction, Branch rest, boolean heuristic) {
        Set<Integer> queues = new HashSet<>();
        LoggedTransaction.Sends sends = transaction.sends();
        while (sends.next()) {
            queues.add(SendRecord.destination(sends.record()));
        }
        List<Routed> routed = routed(transaction, rest);
        visibility.beginCommit();
        long position = outcome(RecordType.TX_COMMITTED, transaction, heuristic);
        for (Routed one : routed) {
            record(one, position);
        }
        acknowledge(rest.held(), 0);
        for (Map.Entry<ClientConnection, LocalTransaction> one : rest.sends().entrySet()) {
            LocalTransaction kept = one.getValue();
            for (kept.first(); kept.isAtSend(); kept.next()) {
                if (destinations.find(kept.destination()) != null) {
                    sending.recordKept(one.getKey(), kept);
                }
            }
        }
        visibility.endCommit(position);
        for (int number : queues) {
            letOut(number);
        }
    }

    /** Marks ahead, so that what has joined need not wait for them. */
    private void letOut(int number) {
        Destination destination = destinations.find(number);
        if (destination instanceof Queue queue) {
            letOut(queue);
        } else if (destination instanceof Topic topic) {
            topic.durable().forEach(this::letOut);
        }
    }

    private void letOut(Source source) {
        if (!source.consumers().isEmpty()) {
            handOut.renew(source, recorder);
        }
    }

    /** Undoes a prepared branch. */
    void rollBack(LoggedTransaction transaction, boolean heuristic) {
        outcome(RecordType.TX_ROLLED_BACK, transaction, heuristic);
    }

    /** The outcome that an administrator decided need not be kept any more. */
    void forget(LoggedTransaction transaction) {
        outcome(RecordType.TX_FORGOTTEN, transaction, false);
    }

    private long outcome(RecordType type, LoggedTransaction transaction, boolean heuristic) {
        TxOutcomeRecord.put(recorder.begin(true, type, 0), transaction.number(), heuristic);
        return recorder.end();
    }

    // --- messages of the log that go to non-durable subscriptions too

    /** Such a message, and which subscriptions take it. */
    private record Routed(
            Topic topic,
            Set<Integer> takers,
            int length,
            long position,
            long expiresAtMs,
            int groupHash,
            boolean grouped,
            int priority,
            long dueAtMs) {}

    private List<Routed> routed(LoggedTransaction transaction, Branch rest) {
        List<Routed> routed = new ArrayList<>();
        LoggedTransaction.Sends sends = transaction.sends();
        int send = 0;
        for (Branch.Route route : rest.routes()) {
            while (send <= route.send() && sends.next()) {
                send++;
            }
            RecordView r = sends.record();
            if (r.position() != 0 && destinations.find(route.topic()) instanceof Topic topic) {
                routed.add(new Routed(
                        topic,
                        route.takers(),
                        r.payloadLength(),
                        r.position(),
                        SendRecord.expiresAtMs(r),
                        SendRecord.groupHash(r),
                        SendRecord.isGrouped(r),
                        SendRecord.priority(r),
                        SendRecord.isDelayed(r) ? SendRecord.dueAtMs(r) : 0));
            }
        }
        return routed;
    }

    private void record(Routed one, long visibleAfter) {
        ByteBuffer fields = recorder.begin(false, RecordType.ROUTED, one.grouped ? SendRecord.GROUPED : 0);
        RoutedRecord.put(
                fields,
                one.topic.number(),
                one.length,
                one.position,
                one.expiresAtMs,
                one.groupHash,
                one.priority,
                one.dueAtMs,
                visibleAfter);
        SendRecord.putFiltered(fields, one.topic.nonDurableFiltered(), TopicRouter.bits(one.topic, one.takers));
        recorder.end();
    }
}
