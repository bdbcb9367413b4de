// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.nio.ByteBuffer;

/** Gives back what a {@link SnapshotTarget} took. */
public interface SnapshotSource {

    int pieces();

    ByteBuffer piece(int index);

    ByteBuffer block(long blockId);
}
