// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.spi.ConnectionDefinition;

/** The same as {@link QuoinManagedConnectionFactory} for what is looked up as a {@link TopicConnectionFactory}. */
@ConnectionDefinition(
        connectionFactory = TopicConnectionFactory.class,
        connectionFactoryImpl = PooledConnectionFactory.class,
        connection = TopicConnection.class,
        connectionImpl = ConnectionHandle.class)
public final class QuoinManagedTopicConnectionFactory extends QuoinManagedConnectionFactory {

    private static final long serialVersionUID = 1L;
}
