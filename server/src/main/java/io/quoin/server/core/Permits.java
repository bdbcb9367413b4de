// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.PermitRecord;
import io.quoin.server.model.RecordType;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Strict delivery: says which of the messages that were sent ahead a client may hand to its application. For each session
 * and queue that is a window of messages; when half of them are settled the next ones are permitted. A permit is recorded,
 * and told when the record is durable, so that after the loss of anybody it is known what may have been handed out.
 *
 * <p>Thread: confined to the owner of the group. Permits of a step are recorded together, before the log is written.
 */
final class Permits {

    private final Now now;
    private final Recorder recorder;
    private final RangeWriter ranges;
    /** Those with deliveries that may want a permit. */
    private final Set<Source> due = new LinkedHashSet<>();

    Permits(Now now, Recorder recorder, RangeWriter ranges) {
        this.now = now;
        this.recorder = recorder;
        this.ranges = ranges;
    }

    /** Something was delivered, or settled: consumers may be permitted more. */
    void changed(Source source) {
        if (source.isStrict()) {
            due.add(source);
        }
    }

    boolean hasWork() {
        return !due.isEmpty();
    }

    /** Gives the permits that are due; returns how many sources were looked at. */
    int tick() {
        int work = due.size();
        for (Source source : due) {
            if (!source.isGone()) {
                for (Consumer consumer : source.consumers()) {
                    renew(consumer);
                }
            }
        }
        due.clear();
        return work;
    }

    private void renew(Consumer consumer) {
        Deliveries deliveries = consumer.deliveries();
        if (deliveries.last() <= deliveries.permittedTo() || consumer.session().isSuspended()) {
            return;
        }
        int window = window(consumer);
        int covered = covered(consumer.session(), consumer.source());
        if (covered <= window / 2) {
            permit(consumer, window - covered);
        } else if (deliveries.permitted() == 0) {
            permit(consumer, 1); // lest it wait for another consumer of its session that nobody receives from
        }
    }

    /** The application has everything up to that tag in hand, wants more, and has not decided: the window begins there. */
    void wanted(Consumer consumer, long handedOut) {
        Deliveries deliveries = consumer.deliveries();
        int covered = 0;
        for (long tag = Math.max(handedOut + 1, deliveries.first()); tag <= deliveries.permittedTo(); tag++) {
            covered += deliveries.isPermitted(tag) ? 1 : 0;
        }
        int window = window(consumer);
        if (covered <= window / 2) {
            permit(consumer, window - covered);
        }
    }

    private static int window(Consumer consumer) {
        return consumer.source().options().delivery().window();
    }

    /** Messages that the session may have handed out and has not settled. */
    private static int covered(ClientSession session, Source source) {
        int covered = 0;
        for (Consumer consumer : session.consumers()) {
            if (consumer.source() == source) {
                covered += consumer.deliveries().permitted();
            }
        }
        return covered;
    }

    private void permit(Consumer consumer, int most) {
        Deliveries deliveries = consumer.deliveries();
        long upTo = 0;
        int left = most;
        long before = recorder.appended();
        begin(consumer);
        for (long tag = Math.max(deliveries.permittedTo() + 1, deliveries.first());
                left > 0 && tag <= deliveries.last();
                tag++) {
            if (deliveries.isOut(tag)) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
                upTo = tag;
                left--;
            }
        }
        ranges.end();
        if (upTo > 0) {
            deliveries.permit(upTo);
            long after = recorder.appended();
            tell(consumer, after == before ? 0 : after);
        }
    }

    private void begin(Consumer consumer) {
        ClientSession session = consumer.session();
        ranges.begin(RecordType.PERMITTED, consumer.source(), 0);
        PermitRecord.put(ranges.tail(), session.connection().id(), session.number(), consumer.number(), now.wallMs());
    }

    private static void tell(Consumer consumer, long after) {
        ClientSession session = consumer.session();
        session.connection()
                .outlet()
                .permit(
                        session.number(),
                        consumer.number(),
                        consumer.deliveries().permittedTo(),
                        after);
    }

    /** The client is back, and may not have been told of the last permit. */
    void resumed(Consumer consumer) {
        if (consumer.source().isStrict()) {
            tell(consumer, recorder.appended());
            changed(consumer.source());
        }
    }

    /** A client that has come back has this message of an earlier session in hand. */
    void reclaimed(Consumer consumer, int priority, long arrival) {
        begin(consumer);
        ranges.add(priority, arrival);
        ranges.end();
    }

    /** What is out among these tags goes back into its place, and nobody has it any more. */
    void returned(Consumer consumer, long firstTag, long lastTag) {
        Source source = consumer.source();
        if (!source.isStrict()) {
            return;
        }
        Deliveries deliveries = consumer.deliveries();
        ranges.begin(RecordType.PERMIT_RETURNED, source, 0);
        long last = Math.min(lastTag, deliveries.permittedTo());
        for (long tag = Math.max(firstTag, deliveries.first()); tag <= last; tag++) {
            if (deliveries.isOut(tag)) {
                ranges.add(deliveries.priority(tag), deliveries.arrival(tag));
            }
        }
        ranges.end();
        changed(source);
    }

    /** A message goes back into its place, and nobody has it any more. */
    void returned(Source source, int priority, long arrival) {
        if (source.messages().permits().find(priority, arrival) != null) {
            ranges.begin(RecordType.PERMIT_RETURNED, source, 0);
            ranges.add(priority, arrival);
            ranges.end();
        }
    }
}
