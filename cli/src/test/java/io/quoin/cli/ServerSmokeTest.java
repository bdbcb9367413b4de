// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.server.boot.Server;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server over real sockets, with the real client, in one JVM. */
class ServerSmokeTest {

    @TempDir
    Path folder;

    private final List<Integer> failures = new ArrayList<>();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, folder.resolve("data"))
                .with(Options.SEGMENT_SIZE, 1L << 20)
                .with(Options.CONNECTIONS_UNAUTHENTICATED, 20)
                .with(Options.PORT, 0)
                .with(Options.ADMIN_PORT, 0);
        server = Server.start(config, "test", failures::add);
    }

    @AfterEach
    void stop() {
        assertThat(server.stop()).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void messagesGoThroughInOrderAndSurviveAStop() throws Exception {
        try (Connection connection = factory().createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue("orders"))) {
            for (int i = 0; i < 200; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
        }
        assertThat(server.stop()).isTrue();
        start();

        try (Connection connection = factory().createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("orders"))) {
            connection.start();
            for (int i = 0; i < 200; i++) {
                Message message = consumer.receive(10_000);
                assertThat(((TextMessage) message).getText()).isEqualTo("order " + i);
                assertThat(message.getJMSRedelivered()).isFalse();
            }
        }
    }

    @Test
    void administrationTellsAndPurges() throws Exception {
        try (Connection connection = factory().createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            session.createProducer(session.createQueue("a")).send(session.createTextMessage("x"));
        }
        try (AdminClient admin = AdminClient.connect(factory())) {
            Json queues = Json.parse(admin.request("queue.ls")).get("queues");
            assertThat(queues.items()).singleElement().satisfies(queue -> {
                assertThat(queue.get("name").text()).isEqualTo("a");
                assertThat(queue.get("messages").text()).isEqualTo("1");
            });
            assertThat(Json.parse(admin.request("queue.purge", Map.of("name", "a")))
                            .get("purged")
                            .text())
                    .isEqualTo("1");
            assertThat(Json.parse(admin.request("server.info")).get("version").text())
                    .isEqualTo("test");
        }
    }

    @Test
    void healthAndMetricsAreServedOverHttp() throws Exception {
        assertThat(get("/health")).isEqualTo("200 {\"status\":\"UP\",\"reasons\":[]}\n");
        assertThat(get("/health/live")).startsWith("200 ");
        assertThat(get("/health/ready")).startsWith("200 ");
        assertThat(get("/metrics")).contains("quoin_ready 1", "# TYPE quoin_messages_received_total counter");
        assertThat(get("/nothing")).startsWith("404");
        try (Socket socket = new Socket("127.0.0.1", server.adminPort())) {
            socket.getOutputStream()
                    .write("POST /health HTTP/1.1\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 405");
        }
    }

    @Test
    void garbageAndHalfOpenConnectionsLeaveTheServerServingOthers() throws Exception {
        Random random = new Random(9);
        List<Socket> halfOpen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = new Socket("127.0.0.1", server.port());
            halfOpen.add(socket);
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (bytes.length >= 4 && i % 2 == 0) {
                bytes[0] = 0;
                bytes[1] = 0;
                bytes[2] = 1;
            }
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
            } catch (IOException e) {
                continue; // cut off already, as it should be
            }
        }

        messagesGoThroughInOrderAndSurviveAStop();

        for (Socket socket : halfOpen) {
            socket.close();
        }
    }

    private QuoinConnectionFactory factory() {
        return new QuoinConnectionFactory("quoin://127.0.0.1:" + server.port());
    }

    private String get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + server.adminPort() + path)
                .toURL()
                .openConnection();
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
