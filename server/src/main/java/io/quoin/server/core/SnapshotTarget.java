// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.nio.ByteBuffer;

/**
 * Takes the durable state of a moment, piece by piece, while the broker works on. Buffers are good during the call only.
 *
 * <p>Thread: called by the owner of the group, so it writes nothing itself but hands on copies.
 */
public interface SnapshotTarget {

    /** A block that has changed since the snapshot before, or is new. */
    void put(long blockId, ByteBuffer content);

    /** A block that is as it was in the snapshot before. */
    void keep(long blockId);

    /** State that is in no block. The pieces are given back to {@link Broker#restore} in the order of these calls. */
    void piece(ByteBuffer content);
}
