// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of a run, opened by the first who needs each, and closed together.
 *
 * <p>Thread: any.
 */
final class SharedConnections implements AutoCloseable {

    private final Connector connector;
    private final int count;
    private final Map<Integer, Connection> open = new HashMap<>();

    /** @param count 0 for one each */
    SharedConnections(Connector connector, int count) {
        this.connector = connector;
        this.count = count;
    }

    /** The connection of a producer or consumer. */
    synchronized Connection of(int worker) throws JMSException {
        int number = count == 0 ? worker : worker % count;
        Connection connection = open.get(number);
        if (connection == null) {
            connection = connector.connect();
            open.put(number, connection);
        }
        return connection;
    }

    @Override
    public void close() throws JMSException {
        List<Connection> all;
        synchronized (this) {
            all = new ArrayList<>(open.values());
            open.clear();
        }
        JMSException failure = null;
        for (Connection connection : all) {
            try {
                connection.close();
            } catch (JMSException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
