// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.ra.config.ServerAccess;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What a bean consumes, with everything looked up.
 *
 * @param access which server, and as whom
 * @param destination the queue or topic
 * @param selector null for all messages
 * @param subscription the name of the subscription, for durable and shared ones
 * @param durable whether the subscription outlives the activation
 * @param shared whether a subscription that is not durable is shared by its name
 * @param dupsOk whether acknowledgements of beans that are not transacted may be lazy
 * @param minSessions sessions from the beginning
 * @param maxSessions sessions at most
 * @param sessionIdleMs after which a session above that minimum is closed when it was not needed
 * @param retryDelayMs before the first retry
 * @param maxRetryDelayMs what it does not exceed
 */
record Target(
        ServerAccess access,
        Destination destination,
        @Nullable String selector,
        @Nullable String subscription,
        boolean durable,
        boolean shared,
        boolean dupsOk,
        int minSessions,
        int maxSessions,
        long sessionIdleMs,
        long retryDelayMs,
        long maxRetryDelayMs) {

    /** Where connections for it come from; each has room for one message a session that waits. */
    QuoinXAConnectionFactory factory() {
        QuoinXAConnectionFactory factory = access.factory();
        factory.setPrefetch(minSessions);
        return factory;
    }

    int acknowledgeMode() {
        return dupsOk ? Session.DUPS_OK_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE;
    }

    /**
     * Consumes for a pool. A durable subscription with a client id is that client's own, as of {@code createDurableConsumer};
     * one without is shared, as of {@code createSharedDurableConsumer}.
     */
    ConnectionConsumer consume(Connection on, ServerSessionPool pool) throws JMSException {
        if (destination instanceof Topic topic && subscription != null) {
            if (durable && on.getClientID() != null) {
                return on.createDurableConnectionConsumer(topic, subscription, selector, pool, 1);
            }
            if (durable) {
                return on.createSharedDurableConnectionConsumer(topic, subscription, selector, pool, 1);
            }
            if (shared) {
                return on.createSharedConnectionConsumer(topic, subscription, selector, pool, 1);
            }
        }
        return on.createConnectionConsumer(destination, selector, pool, 1);
    }

    @Override
    public String toString() {
        String of = subscription == null ? "" : subscription + " of ";
        return of + destination + " at " + access;
    }
}
