// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.resource.spi.ConnectionDefinition;

/** The same as {@link QuoinManagedConnectionFactory} for what is looked up as a {@link QueueConnectionFactory}. */
@ConnectionDefinition(
        connectionFactory = QueueConnectionFactory.class,
        connectionFactoryImpl = PooledConnectionFactory.class,
        connection = QueueConnection.class,
        connectionImpl = ConnectionHandle.class)
public final class QuoinManagedQueueConnectionFactory extends QuoinManagedConnectionFactory {

    private static final long serialVersionUID = 1L;
}
