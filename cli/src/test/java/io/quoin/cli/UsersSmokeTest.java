// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quoin.jms.QuoinConnection;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.server.boot.Server;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users as applications meet them: the real server and the real client, in one JVM. */
class UsersSmokeTest {

    @TempDir
    Path folder;

    private final List<Integer> failures = new ArrayList<>();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        start(0);
    }

    private void start(int port) throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, folder.resolve("data"))
                .with(Options.SEGMENT_SIZE, 1L << 20)
                .with(Options.PORT, port)
                .with(Options.ADMIN_PORT, 0);
        server = Server.start(config, "test", failures::add);
    }

    @AfterEach
    void stop() {
        assertThat(server.stop()).isTrue();
        assertThat(failures).isEmpty();
    }

    @Test
    void whileThereAreNoUsersEverybodyMayConnectWhateverHeSays() throws JMSException {
        factory().createConnection().close();
        factory().createConnection("anybody", "anything").close();
    }

    @Test
    void aWrongPasswordIsAnExceptionAtOnceInEveryFormOfConnecting() throws JMSException {
        QuoinConnectionFactory factory = factory();
        add(factory, "zoe", "right");

        refused(() -> factory.createConnection("zoe", "wrong"));
        refused(() -> factory.createQueueConnection("zoe", "wrong"));
        refused(() -> factory.createTopicConnection("nobody", "wrong"));
        refused(factory::createConnection);
        for (String password : new String[] {"wrong", ""}) {
            assertThatExceptionOfType(JMSSecurityRuntimeException.class)
                    .isThrownBy(() -> factory.createContext("zoe", password))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo("QN-1008"));
        }
        assertThatExceptionOfType(JMSSecurityRuntimeException.class).isThrownBy(factory::createContext);

        factory.createConnection("zoe", "right").close();
        factory.createContext("zoe", "right", JMSContext.CLIENT_ACKNOWLEDGE).close();
    }

    @Test
    void userAndPasswordMayStandInTheUriOrBeSetAndAreShownNowhere() throws JMSException {
        add(factory(), "zoe", "canary");
        QuoinConnectionFactory inUri = new QuoinConnectionFactory(factory().getUri() + "?user=zoe&password=canary");
        QuoinConnectionFactory set = factory();
        set.setUser("zoe");
        set.setPassword("canary");

        for (QuoinConnectionFactory factory : List.of(inUri, set)) {
            try (Connection connection = factory.createConnection();
                    Connection sameUser = factory.createConnection(null, null)) {
                assertThat(factory.toString() + connection + sameUser).doesNotContain("canary");
            }
        }
        refused(() -> inUri.createConnection("zoe", "other"));
    }

    @Test
    void messagesSayWhoSentThemWhateverTheSenderClaims() throws Exception {
        QuoinConnectionFactory factory = factory();
        add(factory, "zoe", "right");
        try (Connection connection = factory.createConnection("zoe", "right")) {
            assertThat(names(connection.getMetaData().getJMSXPropertyNames())).contains("JMSXUserID");
        }
        try (JMSContext context = factory.createContext("zoe", "right")) {
            Message message = context.createTextMessage("m");
            message.setStringProperty("JMSXUserID", "somebody else");
            context.createProducer().send(context.createQueue("q"), message);
            assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("zoe");
        }
        assertThat(server.stop()).isTrue();
        start();

        try (JMSContext context = factory().createContext("zoe", "right");
                JMSConsumer consumer = context.createConsumer(context.createQueue("q"))) {
            Message message = consumer.receive(10_000);
            assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("zoe");
            assertThat(names(message.getPropertyNames())).containsOnlyOnce("JMSXUserID");
        }
    }

    @Test
    void aConnectionThatIsLostLogsInAgain() throws Exception {
        add(factory(), "zoe", "right");
        try (JMSContext context = factory().createContext("zoe", "right")) {
            context.createProducer().send(context.createQueue("q"), "before");
            int port = server.port();
            assertThat(server.stop()).isTrue();
            start(port);

            context.createProducer().send(context.createQueue("q"), "after");

            try (JMSConsumer consumer = context.createConsumer(context.createQueue("q"))) {
                for (String text : List.of("before", "after")) {
                    Message message = consumer.receive(10_000);
                    assertThat(message.getBody(String.class)).isEqualTo(text);
                    assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("zoe");
                }
            }
        }
    }

    @Test
    void removingAUserTellsItsExceptionListenerWhy() throws Exception {
        QuoinConnectionFactory factory = factory();
        add(factory, "zoe", "right");
        try (QuoinConnection zoe = (QuoinConnection) factory.createConnection("zoe", "right")) {
            zoe.administer("user.add", keys("adam", "his"));
            CompletableFuture<JMSException> told = new CompletableFuture<>();
            Connection adam = factory.createConnection("adam", "his");
            adam.setExceptionListener(told::complete);
            adam.start();

            zoe.administer("user.rm", Map.of("name", "adam"));

            assertThat(told.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(JMSSecurityException.class)
                    .hasMessageContaining("QN-1032")
                    .hasMessageContaining("adam was removed");
            refused(() -> factory.createConnection("adam", "his"));
            adam.close();
        }
    }

    @Test
    void aChangedPasswordIsAskedForFromThenOn() throws JMSException {
        QuoinConnectionFactory factory = factory();
        add(factory, "zoe", "old");
        try (QuoinConnection zoe = (QuoinConnection) factory.createConnection("zoe", "old")) {
            zoe.administer("user.passwd", keys("zoe", "new"));

            refused(() -> factory.createConnection("zoe", "old"));
            factory.createConnection("zoe", "new").close();
            assertThat(zoe.administer("user.ls", Map.of())).contains("zoe");
        }
    }

    private static List<Object> names(Enumeration<?> names) {
        List<Object> list = new ArrayList<>();
        names.asIterator().forEachRemaining(list::add);
        return list;
    }

    private QuoinConnectionFactory factory() {
        return new QuoinConnectionFactory("quoin://127.0.0.1:" + server.port());
    }

    private static void add(QuoinConnectionFactory factory, String user, String password) throws JMSException {
        try (QuoinConnection connection = (QuoinConnection) factory.createConnection()) {
            connection.administer("user.add", keys(user, password));
        }
    }

    private static Map<String, String> keys(String user, String password) {
        ScramKeys keys = ScramKeys.create(password, new Random(user.hashCode()));
        return Map.of(
                "name", user,
                "salt", base64(keys.salt()),
                "iterations", Integer.toString(keys.iterations()),
                "storedKey", base64(keys.storedKey()),
                "serverKey", base64(keys.serverKey()));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static void refused(ThrowingCallable call) {
        assertThatExceptionOfType(JMSSecurityException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo("QN-1008"));
    }
}
