// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;

/**
 * Which producers sent what has been read and is not yet durable, in order. Thread: the event loop.
 *
 * <p>Three parallel arrays used round and round; an entry stands for all messages of one read, of which there is at least one, so there are never more entries than
 * messages in the ring.
 */
final class ReceiptQueue {
    private final ProducerLink[] producers;
    private final int[] counts;
    private final long[] ends;
    private final ProducerLink[] touched;
    private long added;
    private long taken;

    ReceiptQueue(int entriesMax) {
        producers = new ProducerLink[entriesMax];
        counts = new int[entriesMax];
        ends = new long[entriesMax];
        touched = new ProducerLink[entriesMax];
    }

    /** @param end the position after the last of these messages */
    void add(ProducerLink producer, int count, long end) {
        int at = (int) (added++ % counts.length);
        producers[at] = producer;
        counts[at] = count;
        ends[at] = end;
    }

    /** Sends the receipts of all that is durable: one write to each producer concerned. */
    void send(long durable) throws IOException {
        int n = 0;
        while (taken < added) {
            int at = (int) (taken % counts.length);
            if (ends[at] > durable) {
                break;
            }
            if (!producers[at].hasReceipts()) {
                touched[n++] = producers[at];
            }
            producers[at].addReceipts(counts[at]);
            taken++;
        }
        for (int i = 0; i < n; i++) {
            touched[i].flush();
        }
    }
}
