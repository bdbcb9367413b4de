// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSException;
import java.util.Map;

/**
 * Asks a server to do something that is not messaging, over a connection like any other: the same URI, the same trust, the
 * same user. Confined to one thread.
 */
final class AdminClient implements AutoCloseable {

    private final QuoinConnection connection;

    private AdminClient(QuoinConnection connection) {
        this.connection = connection;
    }

    /** Connects to the first of the servers that answers. */
    static AdminClient connect(ServerOption server) throws CliException, JMSException {
        return connect(server.factory());
    }

    static AdminClient connect(QuoinConnectionFactory factory) throws JMSException {
        factory.setClientID(null); // that of the application, which is perhaps connected
        factory.setReconnect(false); // what was asked when the connection broke may have been done: once is enough
        return new AdminClient((QuoinConnection) factory.createConnection());
    }

    /** Does what the verb says and returns the server's answer, which is JSON. */
    String request(String verb) throws JMSException {
        return request(verb, Map.of());
    }

    /** The same with arguments. */
    String request(String verb, Map<String, String> arguments) throws JMSException {
        return connection.administer(verb, arguments);
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
