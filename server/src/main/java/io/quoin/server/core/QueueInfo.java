// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.QueueStats;
import io.quoin.server.model.DestinationOptions;

/**
 * A queue at one moment, for administration.
 *
 * @param heldBack messages that wait because a connection that consumed before the server's sudden stop may have them in hand
 * @param heldBackForMs for how long that may last, unless it comes back or leaves before, ms
 */
public record QueueInfo(
        String name,
        boolean temporary,
        DestinationOptions options,
        QueueStats stats,
        long heldBack,
        long heldBackForMs) {}
