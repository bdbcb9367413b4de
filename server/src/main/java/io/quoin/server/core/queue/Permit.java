// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.UUID;

/**
 * Who may have handed a message to its application (strict delivery). One is shared by all messages of a record.
 *
 * @param connectionId of the client
 * @param session its number in the connection
 * @param consumer its number in the connection
 * @param atMs when it was given, or when the consumer was found to have vanished; server's clock
 * @param inDoubt whether the consumer has vanished, and nobody has said whether the message was consumed
 */
public record Permit(UUID connectionId, int session, int consumer, long atMs, boolean inDoubt) {

    static final int BYTES = 16 + 4 + 4 + 8 + 1;

    /** The same of a consumer that has vanished. */
    public Permit inDoubt(long sinceMs) {
        return new Permit(connectionId, session, consumer, sinceMs, true);
    }

    /** Whether it is that consumer's. */
    public boolean isOf(UUID otherConnectionId, int otherConsumer) {
        return consumer == otherConsumer && connectionId.equals(otherConnectionId);
    }
}
