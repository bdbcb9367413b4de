// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.server.boot.Server;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;

/** A real server in this JVM, which can stop and start again on the same data and port. */
public final class TestServer implements AutoCloseable {

    private final Path data;
    private Server server;
    private int port;

    public TestServer(Path data) throws Exception {
        this.data = data;
        start();
    }

    public void start() throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, data)
                .with(Options.SEGMENT_SIZE, 1L << 20)
                .with(Options.PORT, port)
                .with(Options.ADMIN_PORT, 0);
        server = Server.start(config, "test", code -> {});
        port = server.port();
    }

    public void stop() {
        server.stop();
    }

    @Override
    public void close() {
        stop();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "quoin://127.0.0.1:" + port;
    }

    public JMSContext client() {
        return new QuoinConnectionFactory(url()).createContext();
    }

    public void send(String queue, String... texts) {
        try (JMSContext client = client()) {
            for (String text : texts) {
                client.createProducer().send(client.createQueue(queue), text);
            }
        }
    }

    /** The next text, or null after 100 ms. */
    public String receive(String queue) {
        return receive(queue, 100);
    }

    public String receive(String queue, long timeoutMs) {
        try (JMSContext client = client();
                JMSConsumer consumer = client.createConsumer(client.createQueue(queue))) {
            return consumer.receiveBody(String.class, timeoutMs);
        }
    }

    public int waiting(String queue) {
        try (JMSContext client = client()) {
            Queue of = client.createQueue(queue);
            try (QueueBrowser browser = client.createBrowser(of)) {
                int count = 0;
                for (Enumeration<?> i = browser.getEnumeration(); i.hasMoreElements(); i.nextElement()) {
                    count++;
                }
                return count;
            }
        } catch (JMSException e) {
            return 0; // Nobody has used it yet.
        }
    }

    /** What the server says to a verb of administration. */
    public String ask(String verb, Map<String, String> arguments) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(url()).createConnection()) {
            return ((QuoinConnection) connection).administer(verb, arguments);
        }
    }
}
