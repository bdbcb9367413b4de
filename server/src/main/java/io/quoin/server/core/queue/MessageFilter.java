// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.List;

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
     * @param deliveryCount what {@code JMSXDeliveryCount} will show if it is delivered now, from 1
     */
    boolean matches(long position, int length, int deliveryCount);

    /** Whether the delivery count can change the answer, so that a message that comes back has to be asked about again. */
    default boolean dependsOnDeliveryCount() {
        return false;
    }

    /**
     * Conditions of which each holds for every message that matches, the most selective first; empty if there is none, so that
     * every message has to be looked at.
     */
    default List<ValueTerm> terms() {
        return List.of();
    }
}
