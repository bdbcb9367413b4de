// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * A browser of a session.
 *
 * <p>Thread: confined to the owner of the group.
 *
 * @param browser null if there is no such queue yet: there is nothing to see
 */
record Browser(
        ClientSession session,
        int number,
        @Nullable Queue queue,
        @Nullable QueueBrowser browser) {}
