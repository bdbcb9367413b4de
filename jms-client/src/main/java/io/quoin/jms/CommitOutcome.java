// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Wire;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a commit whose answer was lost: only the server of which it was asked can tell.
 *
 * <p>Thread: one at a time.
 */
final class CommitOutcome {

    private final QuoinConnection connection;
    private final long transaction;
    private @Nullable UUID clusterId;

    /** @param transaction the commit's number among those of the connection */
    CommitOutcome(QuoinConnection connection, long transaction) {
        this.connection = connection;
        this.transaction = transaction;
    }

    long transaction() {
        return transaction;
    }

    /** The commit is about to be asked for on that link. */
    void asked(Wire wire) {
        clusterId = wire.welcome().clusterId();
    }

    /** Whether it was asked for, so that it may have been done. */
    boolean isAsked() {
        return clusterId != null;
    }

    /**
     * Asks, after it was {@link #asked}, whether it was done.
     *
     * @throws JMSException {@code QN-3005} if this is another server, which cannot tell
     */
    boolean isCommitted(Wire wire) throws JMSException {
        if (!wire.welcome().clusterId().equals(clusterId)) {
            throw JmsErrors.of(
                    ErrorCode.TRANSACTION_IN_DOUBT,
                    "A commit was asked of another server than "
                            + connection.channel().address() + ", which cannot tell");
        }
        UUID connectionId = connection.channel().connectionId();
        Reply reply = connection
                .requests()
                .askOnce(
                        wire,
                        n -> new Frame.TxOutcome(n, connectionId, transaction),
                        new Reply(),
                        "learn what became of a commit");
        try {
            return Result.Outcome.of(reply.ok()).outcome() == TransactionOutcome.COMMITTED;
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
    }
}
