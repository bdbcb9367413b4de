// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * A consumer's selector, as the index sees it. Two filters that are {@code equals} share one cursor, so that no message is
 * evaluated twice for the same selector while it waits.
 *
 * <p>Thread: called by the owner of the core only.
 */
@FunctionalInterface
public interface MessageFilter {

    /**
     * Whether the selector is true for a message. Called only after {@link Bodies#ready} said that it is in memory.
     *
     * @param position where the message's record is
     * @param length bytes of the message
     */
    boolean matches(long position, int length);
}
