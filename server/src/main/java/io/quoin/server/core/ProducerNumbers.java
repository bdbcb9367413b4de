// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.ProducerRecord;
import io.quoin.server.model.RecordType;

/**
 * Gives connections that send persistent messages their numbers, under which the log knows them.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class ProducerNumbers {

    /** Producer of a record that no producer is remembered for. */
    static final int NONE = 0;

    private final ProducerTable producers;
    private final Recorder recorder;

    ProducerNumbers(ProducerTable producers, Recorder recorder) {
        this.producers = producers;
        this.recorder = recorder;
    }

    /** The producer's number; gives it one, and records the refusals that its next stored send would hide. */
    int of(ClientConnection c) {
        if (c.isGone()) {
            return NONE; // its branch lives on, and nothing of it comes again
        }
        Producer producer = c.producer();
        if (producer == null) {
            ProducerRecord.putOpened(
                    recorder.begin(true, RecordType.PRODUCER_OPENED, 0),
                    producers.nextNumber(),
                    c.id().getMostSignificantBits(),
                    c.id().getLeastSignificantBits());
            recorder.end();
            producer = producers.find(c.id());
            if (producer == null) {
                throw new IllegalStateException("a producer is not there after its record was applied");
            }
            c.producer(producer);
        }
        if (c.receivedSends().hasUnrecordedRefused()) {
            LongRing refused = c.receivedSends().refusedSends();
            for (int i = 0; i < refused.size(); i++) {
                long sequence = refused.get(i);
                if (sequence > producer.highest()) {
                    ProducerRecord.putHole(
                            recorder.begin(true, RecordType.PRODUCER_HOLE, 0), producer.number(), sequence, sequence);
                    recorder.end();
                }
            }
            c.receivedSends().refusedRecorded();
        }
        return producer.number();
    }
}
