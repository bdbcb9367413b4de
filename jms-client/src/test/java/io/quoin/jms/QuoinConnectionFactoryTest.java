// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.jndi.QuoinObjectFactory;
import io.quoin.jms.peer.ScriptedServer;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import org.junit.jupiter.api.Test;

@SuppressWarnings("BanJNDI")
class QuoinConnectionFactoryTest {

    @Test
    void standardsAreFinite() {
        QuoinConnectionFactory factory = new QuoinConnectionFactory();

        assertThat(factory.getUri()).isEqualTo("quoin://127.0.0.1:5544");
        assertThat(factory.getConnectTimeout()).isEqualTo(15_000);
        assertThat(factory.getRequestTimeout()).isEqualTo(30_000);
        assertThat(factory.getSendTimeout()).isEqualTo(30_000);
        assertThat(factory.getSessionTimeout()).isEqualTo(35_000);
        assertThat(factory.getPrefetch()).isEqualTo(1_000);
        assertThat(factory.getPrefetchBytes()).isEqualTo(1 << 20);
        assertThat(factory.getObjectMessageAllow()).isNull();
        assertThat(factory.isVerifyHost()).isTrue();
    }

    @Test
    void everyOptionOfTheUriHasASetterAndAGetter() {
        Set<String> methods = Arrays.stream(QuoinConnectionFactory.class.getMethods())
                .map(Method::getName)
                .collect(Collectors.toSet());

        for (String option : ClientOption.names()) {
            String property = option.substring(0, 1).toUpperCase(Locale.ROOT) + option.substring(1);
            assertThat(methods).contains("set" + property);
            assertThat(methods).containsAnyOf("get" + property, "is" + property);
        }
    }

    @Test
    void whatIsSetLastHolds() {
        QuoinConnectionFactory factory = new QuoinConnectionFactory("quoin://h?prefetch=5&validatePropertyNames=false");
        assertThat(factory.getPrefetch()).isEqualTo(5);
        assertThat(factory.isValidatePropertyNames()).isFalse();
        factory.setPrefetch(0);
        assertThat(factory.getPrefetch()).isZero();
        factory.setUri("quoin://other?prefetch=7");
        assertThat(factory.getPrefetch()).isEqualTo(7);
        assertThat(factory.isValidatePropertyNames()).isFalse();
    }

    @Test
    void timesAndSizesMayHaveUnits() {
        QuoinConnectionFactory factory =
                new QuoinConnectionFactory("quoin://h?sendTimeout=2m&requestTimeout=5s&connectTimeout=70ms"
                        + "&sessionTimeout=9000&prefetchBytes=512KiB");
        assertThat(factory.getSendTimeout()).isEqualTo(120_000);
        assertThat(factory.getRequestTimeout()).isEqualTo(5_000);
        assertThat(factory.getConnectTimeout()).isEqualTo(70);
        assertThat(factory.getSessionTimeout()).isEqualTo(9_000);
        assertThat(factory.getPrefetchBytes()).isEqualTo(512 << 10);
    }

    @Test
    void everyOptionIsDescribed() throws Exception {
        String described = Files.readString(Path.of("..", "docs", "client.md"));
        for (ClientOption option : ClientOption.values()) {
            String standard = option.standard() == null ? "none" : "`" + option.standard() + "`";
            assertThat(described).contains("| `" + option.optionName() + "` | " + standard + " |");
        }
    }

    @Test
    void unknownOptionIsRefusedWithTheNearestName() {
        assertThatThrownBy(() -> new QuoinConnectionFactory("quoin://h?prefech=5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QN-6002")
                .hasMessageContaining("prefech")
                .hasMessageContaining("prefetch");
    }

    @Test
    void valueThatAnOptionCannotHaveIsRefused() {
        for (String bad : new String[] {
            "prefetch=-1",
            "prefetch=x",
            "prefetch=1s",
            "prefetchBytes=1mb",
            "sendTimeout=1d",
            "sendTimeout=999999h",
            "connectTimeout=0",
            "ackMode=never",
            "verifyHost=yes",
            "objectMessageAllow=!a"
        }) {
            assertThatThrownBy(() -> new QuoinConnectionFactory("quoin://h?" + bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("QN-6003");
        }
        QuoinConnectionFactory factory = new QuoinConnectionFactory();
        assertThatThrownBy(() -> factory.setPrefetch(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuoinConnectionFactory("http://h"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("QN-6004");
    }

    @Test
    void factorySurvivesSerializationAndReference() throws Exception {
        QuoinConnectionFactory factory = new QuoinConnectionFactory("quoin://h:1?prefetch=5");
        factory.setClientID("me");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(factory);
        }
        QuoinConnectionFactory copy = (QuoinConnectionFactory)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        QuoinConnectionFactory named = (QuoinConnectionFactory)
                new QuoinObjectFactory().getObjectInstance(factory.getReference(), null, null, null);

        for (QuoinConnectionFactory other : new QuoinConnectionFactory[] {copy, named}) {
            assertThat(other.getUri()).isEqualTo(factory.getUri());
            assertThat(other.getPrefetch()).isEqualTo(5);
            assertThat(other.getClientID()).isEqualTo("me");
        }
    }

    @Test
    void destinationsAreEqualByKindAndNameAndKeepTheirOptionsApart() throws Exception {
        QuoinQueue queue = QuoinQueue.named("orders?groupSlots=16");
        assertThat(queue.getQueueName()).isEqualTo("orders");
        assertThat(queue).hasToString("orders").isEqualTo(QuoinQueue.named("orders"));
        assertThat(queue.options()).isEqualTo("groupSlots=16");
        assertThat(queue).isNotEqualTo(io.quoin.jms.destination.QuoinTopic.named("orders"));
        assertThat(new QuoinObjectFactory().getObjectInstance(queue.getReference(), null, null, null))
                .isEqualTo(queue);
        for (String bad : new String[] {null, "", "?a=b", "a\tb", "x".repeat(256)}) {
            assertThatThrownBy(() -> QuoinQueue.named(bad)).as(bad).isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void namesAreLookedUpInTheProperties() throws Exception {
        Properties properties = new Properties();
        properties.put(Context.INITIAL_CONTEXT_FACTORY, "io.quoin.jms.jndi.QuoinInitialContextFactory");
        properties.put(Context.PROVIDER_URL, "quoin://h:1");
        properties.put("connectionFactory.fast", "quoin://h:2?prefetch=1");
        properties.put("connectionfactory.lower", "quoin://h:3");
        properties.put("queue.in", "orders");
        properties.put("topic.out", "prices");
        InitialContext context = new InitialContext(properties);

        assertThat(((QuoinConnectionFactory) context.lookup("ConnectionFactory")).getUri())
                .isEqualTo("quoin://h:1");
        assertThat(((QuoinConnectionFactory) context.lookup("fast")).getPrefetch())
                .isEqualTo(1);
        assertThat(context.lookup("lower")).isInstanceOf(QuoinConnectionFactory.class);
        assertThat(context.lookup("in")).isEqualTo(QuoinQueue.named("orders"));
        assertThat(context.lookup("out")).hasToString("prices");
        assertThat(context.lookup("dynamicQueues/a/b")).isEqualTo(QuoinQueue.named("a/b"));
        assertThat(context.lookup("dynamicTopics/t")).hasToString("t");
        assertThatThrownBy(() -> context.lookup("nobody"))
                .isInstanceOf(NameNotFoundException.class)
                .hasMessageContaining("fast");
        properties.put("connectionFactory.bad", "quoin://h?nothing=1");
        assertThatThrownBy(() -> new InitialContext(properties))
                .isInstanceOf(NamingException.class)
                .hasMessageContaining("connectionFactory.bad");
    }

    @Test
    void portWithoutAServerGivesOneClearSentence() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> new QuoinConnectionFactory("quoin://127.0.0.1:" + port).createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-1001")
                .hasMessageContaining("quoin://127.0.0.1:" + port);
    }

    @Test
    void unknownHostIsNamed() {
        assertThatThrownBy(() -> new QuoinConnectionFactory("quoin://no.such.host.invalid").createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @Test
    void serverThatDoesNotAnswerEndsWithATimeOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new QuoinConnectionFactory(
                                    "quoin://127.0.0.1:" + silent.getLocalPort() + "?connectTimeout=200")
                            .createConnection())
                    .isInstanceOf(JMSException.class)
                    .satisfies(
                            e -> assertThat(((JMSException) e).getErrorCode()).isIn("QN-1002", "QN-1010"));
        }
    }

    @Test
    void portOfAnotherProtocolIsRecognized() {
        try (ScriptedServer server = ScriptedServer.start(link -> link.hold(io.quoin.protocol.FrameType.HELLO)
                .watch(seen -> link.raw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))))) {
            assertThatThrownBy(() -> new QuoinConnectionFactory(server.uri()).createConnection())
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("QN-1013");
        }
    }

    @Test
    void secondServerIsTriedWhenTheFirstDoesNotAnswer() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (ScriptedServer server = ScriptedServer.start()) {
            new QuoinConnectionFactory("quoin://127.0.0.1:" + port + ",127.0.0.1:" + server.port())
                    .createConnection()
                    .close();
        }
    }
}
