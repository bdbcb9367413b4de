// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * A property or header of messages that never changes, by whose value they can be found. Two of them that are {@code equals}
 * share an index.
 *
 * <p>Thread: called by the owner of the core only.
 */
@FunctionalInterface
public interface MessageProperty {

    /**
     * A hash of the value: equal for equal values, so unlike ones may have the same. Called only after {@link Bodies#ready}
     * said that the message is in memory.
     *
     * @param position where the message's record is
     * @param length bytes of the message
     * @return 0 if the message does not have the property
     */
    int value(long position, int length);
}
