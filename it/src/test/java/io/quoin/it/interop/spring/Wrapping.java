// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.SingleConnectionFactory;

/** The three ways in which Spring applications use a connection factory. */
enum Wrapping {
    /** A connection, a session and a producer for every call of a template. */
    NONE,
    /** One connection, sessions and producers kept. */
    CACHING,
    /** One connection, a session and a producer for every call. */
    SINGLE;

    /** The factory that a template is given; {@link #end} ends it. */
    ConnectionFactory around(QuoinConnectionFactory factory) {
        return switch (this) {
            case NONE -> factory;
            case CACHING -> {
                CachingConnectionFactory caching = new CachingConnectionFactory(factory);
                caching.setSessionCacheSize(5);
                yield caching;
            }
            case SINGLE -> new SingleConnectionFactory(factory);
        };
    }

    /** Closes the connection that a factory of {@link #around} may keep. */
    static void end(ConnectionFactory factory) {
        if (factory instanceof SingleConnectionFactory kept) {
            kept.destroy();
        }
    }
}
