// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.ReferenceSink;
import io.quoin.server.core.queue.ReferenceWalk;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.TxRelocatedRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a message out of every queue that refers to it, because its bytes on the disk turned out to be damaged: it is named
 * and missed, and what stands behind it goes on.
 *
 * <p>Thread: confined to the owner of the group. It looks at the whole index in one go; so rare a case may take its time.
 */
final class DamagedMessages {

    private record Found(int priority, long arrival) {}

    private final Sources sources;
    private final LoggedTransactions transactions;
    private final Recorder recorder;
    private final RangeWriter ranges;

    DamagedMessages(Sources sources, LoggedTransactions transactions, Recorder recorder) {
        this.sources = sources;
        this.transactions = transactions;
        this.recorder = recorder;
        this.ranges = new RangeWriter(recorder);
    }

    /**
     * Removes every reference to the message in the record at {@code position}.
     *
     * @return for each the queue or subscription and the arrival number that it had there, for people
     */
    List<String> remove(long position) {
        List<String> removed = new ArrayList<>();
        for (Source source : List.copyOf(sources.all())) {
            List<Found> found = find(source, position);
            if (!found.isEmpty()) {
                ranges.begin(RecordType.DAMAGED, source, 0);
                found.forEach(f -> ranges.add(f.priority(), f.arrival()));
                ranges.end();
                found.forEach(f -> removed.add(source.description() + ", arrival " + f.arrival()));
            }
        }
        for (LoggedTransaction transaction : transactions.all()) {
            if (transaction.sends().refersTo(position)) {
                TxRelocatedRecord.put(
                        recorder.begin(true, RecordType.TX_RELOCATED, 0), transaction.number(), position, 0);
                recorder.end();
                removed.add(
                        (transaction.isPrepared() ? "prepared transaction " : "transaction ") + transaction.number());
            }
        }
        return removed;
    }

    private static List<Found> find(Source source, long position) {
        List<Found> found = new ArrayList<>();
        ReferenceWalk walk = source.messages().references(position, position + 1);
        ReferenceSink sink = new ReferenceSink() {
            @Override
            public void joined(int priority, long arrival, long at, int length) {
                found.add(new Found(priority, arrival));
            }

            @Override
            public void delayed(long dueAtMs, long at, int length) {
                // It has no arrival number yet: it is found again when it falls due and somebody wants it.
            }
        };
        boolean more = true;
        while (more) {
            more = walk.step(sink);
        }
        return found;
    }
}
