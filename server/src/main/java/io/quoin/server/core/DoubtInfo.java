// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.message.MessageId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message in doubt, as administrators see it.
 *
 * @param destination the queue, or the topic of the subscription
 * @param subscription its name; null in a queue
 * @param id of the message; null while it is being read from the disk
 * @param priority 0 to 9
 * @param arrival its number in the queue or subscription
 * @param lengthBytes of the message
 * @param grouped whether it has a group, which waits for the decision unless the message was put back
 * @param sinceMs when its consumer was found to have vanished, on the server's clock
 * @param ageMs how long ago that was
 * @param decidesAtMs when it is decided by itself; {@link Long#MAX_VALUE} for never
 * @param client the connection of the consumer that vanished
 * @param waits whether it waits to be delivered again, marked, or is out so
 */
public record DoubtInfo(
        String destination,
        @Nullable String subscription,
        @Nullable MessageId id,
        int priority,
        long arrival,
        int lengthBytes,
        boolean grouped,
        long sinceMs,
        long ageMs,
        long decidesAtMs,
        UUID client,
        boolean waits) {}
