// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Reply;
import io.quoin.jms.channel.Route;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.destination.QuoinTemporaryQueue;
import io.quoin.jms.destination.QuoinTemporaryTopic;
import io.quoin.jms.destination.TemporaryDestination;
import io.quoin.jms.destination.TemporaryOwner;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The temporary destinations that a connection has created and not deleted. */
final class Temporaries implements TemporaryOwner {

    /** Transactions are numbered from 1. */
    private static final long NO_TRANSACTION = 0;

    private final QuoinConnection connection;
    private final AtomicLong created = new AtomicLong();
    private final Set<QuoinDestination> live = ConcurrentHashMap.newKeySet();

    Temporaries(QuoinConnection connection) {
        this.connection = connection;
    }

    QuoinTemporaryQueue createQueue() throws JMSException {
        QuoinTemporaryQueue queue = new QuoinTemporaryQueue(nextName(), this);
        introduce(queue);
        return queue;
    }

    QuoinTemporaryTopic createTopic() throws JMSException {
        QuoinTemporaryTopic topic = new QuoinTemporaryTopic(nextName(), this);
        introduce(topic);
        return topic;
    }

    private String nextName() {
        return TemporaryDestination.name(connection.channel().connectionId(), created.incrementAndGet());
    }

    /**
     * Naming it to the server creates it there. That has no answer of its own, so something else is asked after it: when this
     * returns, other connections can send to the destination, however they learn of it.
     */
    private void introduce(QuoinDestination destination) throws JMSException {
        Channel channel = connection.channel();
        channel.route(destination);
        connection
                .requests()
                .ask(
                        n -> new Frame.TxOutcome(n, channel.connectionId(), NO_TRANSACTION),
                        new Reply(),
                        "create the temporary destination " + destination);
        live.add(destination);
    }

    /**
     * Refuses a destination of this connection that was deleted: naming it to the server would create it again.
     */
    void checkLive(QuoinDestination destination) throws JMSException {
        if (destination.kind().isTemporary()
                && TemporaryDestination.isOwnedBy(connection.channel().connectionId(), destination)
                && !live.contains(destination)) {
            throw JmsErrors.of(
                    ErrorCode.DESTINATION_DELETED, "The temporary destination " + destination + " was deleted");
        }
    }

    @Override
    public void deleteTemporary(QuoinDestination destination) throws JMSException {
        checkLive(destination);
        Channel channel = connection.channel();
        Route route = channel.route(destination);
        connection
                .requests()
                .ask(
                        n -> new Frame.DeleteTemporary(n, route.alias()),
                        new Reply(),
                        "delete the temporary destination " + destination);
        live.remove(destination);
        channel.forget(route);
        connection.forget(destination);
    }
}
