// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;

/** Receives the content of a snapshot piece by piece, each as it was at the snapshot's position. Thread: the owner. */
public interface SnapshotSink {

    /** A block that has not changed since the last snapshot. */
    void keep(long blockId);

    /** A block that is new or has changed since the last snapshot; the buffer is good during the call only. */
    void put(long blockId, ByteBuffer content);

    /**
     * The queue is about to change for the first time since the snapshot began, and its state has not been asked for yet: the
     * callee takes {@link MessageQueue#encodeState} now.
     */
    void queueChanges(MessageQueue queue);
}
