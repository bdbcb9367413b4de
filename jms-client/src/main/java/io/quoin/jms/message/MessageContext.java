// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import org.jspecify.annotations.Nullable;

/**
 * What messages need to know of the connection that made or received them.
 *
 * @param strictNames whether property names must be identifiers of selectors
 * @param objects which classes may come in an object message
 * @param transactionIds whether messages say in which transaction they are sent and received
 * @param applicationId what messages that are sent have as JMSXAppID, or null
 */
public record MessageContext(
        boolean strictNames,
        ObjectPolicy objects,
        boolean transactionIds,
        @Nullable String applicationId) {

    /** Strict names, and no objects from others. */
    public static final MessageContext DEFAULT = new MessageContext(true, ObjectPolicy.NOTHING, false, null);
}
