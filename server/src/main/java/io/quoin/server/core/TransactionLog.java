// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.message.MessageView;
import io.quoin.server.model.CommittedRecord;
import io.quoin.server.model.RangesRecord;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.TxAckRecord;
import io.quoin.server.model.TxDecidedRecord;
import io.quoin.server.model.TxSendRecord;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * Writes the work of undecided transactions into the log: of large ones as it comes, of others when they are prepared.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class TransactionLog {

    private final Grouping grouping = new Grouping();
    private final LargeTransactions large;
    private final KeptMemory memory;
    private final Sources sources;
    private final Destinations destinations;
    private final LoggedTransactions logged;
    private final Recorder recorder;
    private final ProducerNumbers producers;
    private final DedupIds dedupIds;
    private final RangeWriter ranges;
    private final TopicRouter router = new TopicRouter();
    private final MessageView view = new MessageView();

    TransactionLog(
            LargeTransactions large,
            Sources sources,
            Destinations destinations,
            LoggedTransactions logged,
            Recorder recorder,
            ProducerNumbers producers,
            DedupIds dedupIds) {
        this.large = large;
        this.memory = new KeptMemory(large.keptBytes());
        this.sources = sources;
        this.destinations = destinations;
        this.logged = logged;
        this.recorder = recorder;
        this.producers = producers;
        this.dedupIds = dedupIds;
        this.ranges = new RangeWriter(recorder);
    }

    /** What all open transactions keep. */
    KeptMemory memory() {
        return memory;
    }

    /** Whether a transaction that keeps so much is to be logged as it comes. */
    boolean isLarge(long keptBytes, long keptMessages) {
        // The records around the messages take less than the messages do.
        return memory.isFull()
                || keptMessages > large.messages()
                || keptBytes > Math.min(large.bytes(), recorder.atomicBytesMax() / 2);
    }

    /** Whether the log can hold a message for this destination before its transaction is decided. */
    static boolean takes(Destination destination) {
        return !(destination instanceof Topic topic) || topic.durable().size() <= TxSendRecord.MAX_TAKERS;
    }

    /** Bytes of the log that {@link #send} takes at most for each of these. */
    int bytesMax(ClientConnection c, KeptSends sends) {
        int bytes = 0;
        for (sends.first(); sends.isAtSend(); sends.next()) {
            int takers = destinations.find(sends.destination()) instanceof Topic topic
                    ? topic.durable().size()
                    : 0;
            bytes += Recorder.bytes(
                    TxSendRecord.bytesMax(takers)
                            + c.annotations().length
                            + Grouping.bytesMax(destinations.find(sends.destination())),
                    sends.length());
        }
        return bytes;
    }

    /** Bytes of the log that {@link #acknowledge} takes at most. */
    static int bytesMax(HeldMessages held) {
        int bytes = 0;
        for (int i = 0; i < held.ranges(); i = held.endOfRun(i)) {
            int ranges = held.endOfRun(i) - i;
            long messages = 0;
            for (int at = i; at < i + ranges; at++) {
                messages += held.last(at) - held.first(at) + 1;
            }
            int records = (int) (messages / RangesRecord.MAX_MESSAGES) + 1;
            bytes += RangesRecord.bytesMax(ranges + records)
                    + records * (TxAckRecord.EXTRA_BYTES + RangesRecord.bytesMax(0));
        }
        return bytes;
    }

    /** Logs a send if it is for the log; returns whether it is. */
    boolean send(
            LoggedPart part,
            ClientConnection c,
            Destination destination,
            boolean persistent,
            long sequence,
            long expiresAtMs,
            long dueAtMs,
            MessageView message,
            ByteBuffer payload) {
        if (!persistent || !destination.isDurable()) {
            return false;
        }
        grouping.look(destination, c, message);
        int flags = (grouping.isGrouped() ? SendRecord.GROUPED : 0)
                | (dueAtMs == 0 ? 0 : SendRecord.DELAYED)
                | (grouping.annotations().length == 0 ? 0 : SendRecord.ANNOTATED | SendRecord.IN_BRANCH);
        long dedup = DedupIds.hash(destination, message);
        flags |= dedup == DedupIds.NONE ? 0 : SendRecord.DEDUPED;
        if (destination instanceof Topic topic) {
            router.route(topic, c, message);
            if (router.durableTaken() == 0) {
                return false;
            }
            Set<Integer> takers = TopicRouter.takers(topic.nonDurable(), router.nonDurableBits());
            if (!takers.isEmpty()) {
                part.routes().add(new LoggedPart.Route(topic.number(), part.sends(), takers));
            }
            flags |= SendRecord.TOPIC;
        }
        int producer = producers.of(c);
        open(part);
        ByteBuffer fields = recorder.begin(true, RecordType.TX_SEND, flags);
        SendRecord.put(
                fields, destination.number(), producer, sequence, expiresAtMs, grouping.hash(), message.priority());
        if (dueAtMs != 0) {
            SendRecord.putDue(fields, dueAtMs);
        }
        if (destination instanceof Topic topic) {
            fields.putShort((short) router.durableTaken());
            TopicRouter.takers(topic.durable(), router.durableBits()).forEach(fields::putInt);
        }
        fields.put(grouping.annotations());
        if (dedup != DedupIds.NONE) {
            SendRecord.putDedup(fields, dedup, dedupIds.second());
        }
        TxSendRecord.putTransaction(fields, part.number());
        recorder.end(payload);
        part.sent(destination.number(), payload.remaining());
        return true;
    }

    /** Logs what is for the log of what was kept, to destinations that are there; returns the rest. */
    KeptSends send(LoggedPart part, ClientConnection c, KeptSends sends) {
        KeptSends rest = new KeptSends(memory);
        for (sends.first(); sends.isAtSend(); sends.next()) {
            Destination destination = destinations.find(sends.destination());
            ByteBuffer payload = sends.payload();
            MessageReader.wrap(view, sends.buffer(), sends.messageAt(), sends.length());
            if (destination == null
                    || !send(
                            part,
                            c,
                            destination,
                            sends.isPersistent(),
                            sends.sequence(),
                            sends.expiresAtMs(),
                            sends.dueAtMs(),
                            view,
                            payload)) {
                rest.add(
                        sends.destination(),
                        sends.isPersistent(),
                        sends.sequence(),
                        sends.expiresAtMs(),
                        sends.dueAtMs(),
                        part.sends(),
                        payload);
            }
        }
        sends.release();
        return rest;
    }

    /** Whether the log keeps the acknowledgement of such a message. */
    static boolean keeps(Source source, long arrival) {
        return source.isDurable() && arrival > 0;
    }

    /** Logs what is for the log of what a local transaction has acknowledged of a consumer, from this tag to that. */
    void acknowledge(LoggedPart part, Consumer consumer, long firstTag, long lastTag) {
        Deliveries deliveries = consumer.deliveries();
        boolean any = false;
        for (long tag = firstTag; tag <= lastTag; tag++) {
            if (deliveries.isHeld(tag) && keeps(consumer.source(), deliveries.arrival(tag))) {
                any = any || begin(part, consumer.source());
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
            }
        }
        if (any) {
            ranges.end();
        }
    }

    /**
     * Logs what is for the log of what a branch has acknowledged. From now on it is nobody's: whoever received it may close, and
     * its groups are held.
     *
     * @return the rest
     */
    HeldMessages acknowledge(LoggedPart part, HeldMessages held) {
        HeldMessages rest = new HeldMessages();
        for (int i = 0; i < held.ranges(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source == null) {
                i = end;
                continue;
            }
            boolean any = false;
            for (; i < end; i++) {
                if (!keeps(source, held.first(i))) {
                    rest.add(held.source(i), held.priority(i), held.first(i), held.last(i));
                    continue;
                }
                any = any || begin(part, source);
                for (long arrival = held.first(i); arrival <= held.last(i); arrival++) {
                    ranges.add(held.priority(i), arrival);
                    source.messages().hold(held.priority(i), arrival);
                }
            }
            if (any) {
                ranges.end();
            }
        }
        return rest;
    }

    private boolean begin(LoggedPart part, Source source) {
        open(part);
        ranges.beginOf(part.number(), RecordType.TX_ACK, source);
        return true;
    }

    /** Gives the transaction its number; a record of it follows at once. */
    void open(LoggedPart part) {
        if (part.isEmpty()) {
            part.number(logged.nextNumber());
        }
    }

    /** A branch becomes large: logs all of its work. */
    LoggedPart logBranch(Branch branch) {
        LoggedPart part = new LoggedPart();
        branch.isLarge(part);
        for (Map.Entry<ClientConnection, KeptSends> one : branch.sends().entrySet()) {
            one.setValue(send(part, one.getKey(), one.getValue()));
        }
        acknowledge(part, branch.held());
        return part;
    }

    /** A local transaction becomes large: logs all of its work. */
    LoggedPart logLocal(ClientConnection c, LocalTransaction transaction) {
        LoggedPart part = new LoggedPart();
        transaction.isLarge(part, send(part, c, transaction.kept()));
        for (HeldTags held : transaction.held()) {
            for (int range = 0; range < held.ranges(); range++) {
                acknowledge(part, held.consumer(), held.first(range), held.last(range));
            }
        }
        return part;
    }

    /** Commits a transaction that is not prepared: one small batch decides it, and tells the connection that asked. */
    void commit(LoggedPart part, ClientConnection asking, long transaction) {
        int producer = producers.of(asking);
        recorder.beginAtomic(Recorder.bytes(TxDecidedRecord.BYTES, 0) + Recorder.bytes(CommittedRecord.BYTES, 0));
        decide(part.number(), true, false);
        CommittedRecord.put(recorder.begin(true, RecordType.COMMITTED, 0), producer, transaction);
        recorder.end();
        recorder.endAtomic();
    }

    /** Decides a logged transaction, which then takes effect or is undone in steps. */
    void decide(long number, boolean commit, boolean heuristic) {
        TxDecidedRecord.put(recorder.begin(true, RecordType.TX_DECIDED, 0), number, commit, heuristic);
        recorder.end();
    }
}
