// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.model.Annotations;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * Moves messages to the dead letters, each with its reason, in one record: delivered in vain too often, rejected, or
 * expired where expired messages are kept. A message whose bytes are not in memory waits here; until it is moved it is out
 * at nobody.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class DeadLetters {

    /** Queues of that prefix hold dead letters, and never pass them on. */
    static final String PREFIX = "DLQ.";

    private final MessageStore store;
    private final Recorder recorder;
    private final DestinationResolver resolver;
    private final RangeWriter ranges;
    private final ArrayDeque<Letter> waiting = new ArrayDeque<>();
    private final MessageRef ref = new MessageRef();
    private ByteBuffer copy = ByteBuffer.allocate(4 * 1024);

    DeadLetters(MessageStore store, Recorder recorder, DestinationResolver resolver, RangeWriter ranges) {
        this.store = store;
        this.recorder = recorder;
        this.resolver = resolver;
        this.ranges = ranges;
    }

    /** Deliveries in vain after which a message of {@code source} is a dead letter; 0 for no limit. */
    static int maxDeliveries(Source source) {
        return hold(source) ? 0 : source.options().maxDeliveries();
    }

    /** Whether {@code source} is where dead letters lie. */
    static boolean hold(Source source) {
        return source.destinationName().startsWith(PREFIX);
    }

    /** Moves a message that is out, or is about to be. */
    void move(Source source, int priority, long arrival, int length, String reason) {
        move(new Letter(source, priority, arrival, length, PREFIX + source.destinationName(), reason));
    }

    /** Moves an expired message to the queue for such. */
    void expired(Source source, int priority, long arrival, int length) {
        String to = source.options().expiryQueue();
        move(new Letter(source, priority, arrival, length, to, "expired in " + source.description()));
    }

    /** Bytes that were asked for may be in memory now. */
    void bodiesArrived() {
        for (int i = waiting.size(); i > 0; i--) {
            move(waiting.remove());
        }
    }

    private void move(Letter letter) {
        if (letter.source.isGone()) {
            return;
        }
        boolean isVolatile = letter.arrival < 0;
        if (!letter.source.isDurable() && letter.source instanceof Queue) {
            drop(letter);
            return;
        }
        if (!letter.source.messages().find(letter.priority, letter.arrival, ref)) {
            return; // removed while its letter waited
        }
        long position = ref.position();
        if (!store.ready(position, letter.length)) {
            waiting.add(letter);
            return;
        }
        Queue target = resolver.queueOnDemand(letter.target);
        if (target == null || target == letter.source) {
            drop(letter);
            return;
        }
        RecordView record = store.record(position);
        int groupHash = SendRecord.groupHash(record);
        int flags = SendRecord.MOVED | SendRecord.ANNOTATED | (record.flags() & SendRecord.GROUPED);
        copyPayload(record);
        ByteBuffer fields = recorder.begin(!isVolatile, RecordType.DEAD_LETTERED, flags);
        SendRecord.put(fields, target.number(), 0, 0, 0, groupHash, letter.priority);
        SendRecord.putSource(fields, letter.source.number(), letter.arrival, letter.priority);
        Annotations.put(fields, Map.of(Annotations.DEAD_LETTER_REASON, letter.reason));
        recorder.end(copy);
    }

    /** Dead letters of a temporary queue, or of a queue for dead letters, go nowhere. */
    private void drop(Letter letter) {
        ranges.begin(RecordType.EXPIRED, letter.source, 0);
        ranges.add(letter.priority, letter.arrival);
        ranges.end();
    }

    /** The bytes lie in a ring that the new record may overwrite. */
    private void copyPayload(RecordView record) {
        int length = record.payloadLength();
        if (copy.capacity() < length) {
            copy = ByteBuffer.allocate(length);
        }
        copy.clear();
        copy.put(0, record.buffer(), record.payloadAt(), length).limit(length);
    }

    private record Letter(Source source, int priority, long arrival, int length, String target, String reason) {}
}
