// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.model.Annotations;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private final MessageView view = new MessageView();
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
        move(new Letter(source, priority, arrival, length, null, reason));
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
        RecordView record = store.record(position);
        Queue target = target(letter, SendRecord.destination(record));
        if (target == letter.source) {
            drop(letter);
            return;
        }
        int groupHash = SendRecord.groupHash(record);
        int flags = SendRecord.MOVED | SendRecord.ANNOTATED | (record.flags() & SendRecord.GROUPED);
        Map<String, String> annotations = Annotations.of(record);
        annotations.put(Annotations.DEAD_LETTER_REASON, letter.reason);
        copyPayload(record);
        ByteBuffer fields = recorder.begin(letter.arrival > 0 || isPersistent(), RecordType.DEAD_LETTERED, flags);
        SendRecord.put(fields, target.number(), 0, 0, 0, groupHash, letter.priority);
        SendRecord.putSource(fields, letter.source.number(), letter.arrival, letter.priority);
        Annotations.put(fields, annotations);
        recorder.end(copy);
    }

    /**
     * The queue that a letter goes to: the one that is named for expired messages, if it is a queue, else that for the dead
     * letters of the destination which the message was sent to.
     */
    private Queue target(Letter letter, int sentTo) {
        Queue named = letter.target == null ? null : resolver.queueOnDemand(letter.target);
        if (named != null) {
            return named;
        }
        String name = letter.source instanceof Subscription ? resolver.name(sentTo) : null;
        Queue target = resolver.queueOnDemand(PREFIX + (name == null ? letter.source.destinationName() : name));
        if (target == null) {
            throw new IllegalStateException("dead letters of " + letter.source.description() + " have no queue");
        }
        return target;
    }

    /**
     * Whether the copied message is persistent. Then its letter is durable, though the message may have been kept in memory
     * only, because no durable subscription took it.
     */
    private boolean isPersistent() {
        MessageReader.wrap(view, copy, 0, copy.limit());
        return view.has(MessageFlags.PERSISTENT);
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

    /** @param target the queue for expired messages, or null for that of the dead letters */
    private record Letter(
            Source source,
            int priority,
            long arrival,
            int length,
            @Nullable String target,
            String reason) {}
}
