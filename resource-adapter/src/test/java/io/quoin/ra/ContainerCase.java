// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import io.quoin.ra.fake.Container;
import io.quoin.ra.fake.Pool;
import io.quoin.ra.fake.TestServer;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real server, and an adapter with a pool in a container that is none. */
abstract class ContainerCase {

    @TempDir
    Path folder;

    TestServer server;
    final Container container = new Container();
    QuoinResourceAdapter adapter;
    Pool pool;

    @BeforeEach
    void startAll() throws Exception {
        server = new TestServer(folder.resolve("data"));
        adapter = container.started(server.url());
        pool = new Pool(adapter, container.transactions);
    }

    @AfterEach
    void stopAll() throws Exception {
        pool.destroy();
        adapter.stop();
        container.close();
        server.close();
    }

    /** Through a pooled connection. */
    void send(String queue, String text) {
        try (JMSContext context = pool.connections().createContext()) {
            context.createProducer().send(context.createQueue(queue), text);
        }
    }

    /** Through a pooled connection; null after 100 ms. */
    String receive(String queue) {
        try (JMSContext context = pool.connections().createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            return consumer.receiveBody(String.class, 100);
        }
    }
}
