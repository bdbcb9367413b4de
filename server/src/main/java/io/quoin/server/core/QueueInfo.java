// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.QueueStats;
import io.quoin.server.model.DestinationOptions;

/** A queue at one moment, for administration. */
public record QueueInfo(String name, boolean temporary, DestinationOptions options, QueueStats stats) {}
