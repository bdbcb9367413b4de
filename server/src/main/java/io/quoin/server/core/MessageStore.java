// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.server.core.queue.Bodies;

/**
 * The stored messages: the log's tail in memory, what has been read from the disk, and the volatile log.
 *
 * <p>Thread: called by the owner of the group only.
 */
public interface MessageStore extends Bodies {

    /**
     * The record that holds a message, after {@link #ready} said that it is in memory; the message is its payload. Valid
     * until the next call, or the next record.
     */
    RecordView record(long position);
}
