// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/** Takes what a {@link ReferenceWalk} finds. */
public interface ReferenceSink {

    /** A message that has joined its queue and is not gone. */
    void joined(int priority, long arrival, long position, int length);

    /** A message whose delivery delay runs. */
    void delayed(long dueAtMs, long position, int length);
}
