// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("BanJNDI")
class QuoinInitialContextFactoryTest {

    @TempDir
    Path folder;

    private static Context context(String... namesAndValues) throws NamingException {
        Properties properties = new Properties();
        properties.put(Context.INITIAL_CONTEXT_FACTORY, QuoinInitialContextFactory.class.getName());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new InitialContext(properties);
    }

    private static QuoinConnectionFactory factory(Context context, String name) throws NamingException {
        return (QuoinConnectionFactory) context.lookup(name);
    }

    @Test
    void theProviderUrlGivesTheStandardFactories() throws Exception {
        Context context = context(Context.PROVIDER_URL, "quoin://h:1?prefetch=3");

        for (String name : List.of("ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory")) {
            assertThat(factory(context, name).getUri()).isEqualTo("quoin://h:1?prefetch=3");
        }
    }

    @Test
    void allFormsOfFactoriesThatOthersHave() throws Exception {
        Context context = context(
                Context.PROVIDER_URL,
                "quoin://h:1",
                "connectionFactory.mixed",
                "quoin://h:2",
                "connectionfactory.lower",
                "quoin://h:3",
                "CONNECTIONFACTORY.upper",
                "quoin://h:4",
                "connectionFactory.jms/with/path",
                "quoin://h:5",
                "connectionFactoryNames",
                "a, b,,c",
                "connectionFactory.failover",
                "failover:(quoin://a:1,quoin://b:2)?prefetch=7",
                "connectionFactory.list",
                "(tcp://a:1,tcp://b:2)?prefetch=8");

        assertThat(factory(context, "mixed").getUri()).isEqualTo("quoin://h:2");
        assertThat(factory(context, "lower").getUri()).isEqualTo("quoin://h:3");
        assertThat(factory(context, "upper").getUri()).isEqualTo("quoin://h:4");
        assertThat(factory(context, "jms/with/path").getUri()).isEqualTo("quoin://h:5");
        for (String name : List.of("a", "b", "c")) {
            assertThat(factory(context, name).getUri()).isEqualTo("quoin://h:1");
        }
        assertThat(factory(context, "failover").getPrefetch()).isEqualTo(7);
        assertThat(factory(context, "list").getPrefetch()).isEqualTo(8);
    }

    @Test
    void theTypeIsTakenOutOfTheUri() throws Exception {
        Context context = context(
                "connectionFactory.only", "quoin://h:1?type=CF",
                "connectionFactory.first", "quoin://h:1?type=QUEUE_CF&prefetch=5",
                "connectionFactory.last", "quoin://h:1?prefetch=6&type=topic_cf",
                "connectionFactory.middle", "quoin://h:1?prefetch=7&type=CF&prefetchBytes=9");

        assertThat(factory(context, "only").getUri()).isEqualTo("quoin://h:1");
        assertThat(factory(context, "first").getUri()).isEqualTo("quoin://h:1?prefetch=5");
        assertThat(factory(context, "last").getUri()).isEqualTo("quoin://h:1?prefetch=6");
        assertThat(factory(context, "middle").getUri()).isEqualTo("quoin://h:1?prefetch=7&prefetchBytes=9");
        assertThatThrownBy(() -> context("connectionFactory.x", "quoin://h?type=TOPIK_CF"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("connectionFactory.x")
                .hasMessageContaining("TOPIC_CF");
    }

    @Test
    void factoriesForDistributedTransactions() throws Exception {
        Context context = context(
                Context.PROVIDER_URL,
                "quoin://h:1",
                "connectionFactory.xa",
                "quoin://h:1?type=XA_CF",
                "connectionFactory.queue",
                "quoin://h:1?type=QUEUE_XA_CF&prefetch=3",
                "connectionFactory.topic",
                "quoin://h:1?type=TOPIC_XA_CF",
                "connectionFactory.plain",
                "quoin://h:1");

        for (String name : List.of("XAConnectionFactory", "xa", "queue", "topic")) {
            assertThat(context.lookup(name)).isInstanceOf(QuoinXAConnectionFactory.class);
        }
        assertThat(factory(context, "queue").getPrefetch()).isEqualTo(3);
        assertThat(context.lookup("plain")).isNotInstanceOf(QuoinXAConnectionFactory.class);
        assertThat(NamingManager.getObjectInstance(
                        ((QuoinXAConnectionFactory) context.lookup("queue")).getReference(), null, null, null))
                .isInstanceOf(QuoinXAConnectionFactory.class);
    }

    @Test
    void variablesComeFromPropertiesTheSystemAndTheEnvironment() throws Exception {
        String variable = System.getenv().keySet().stream()
                .filter(n -> n.matches("[A-Z]+") && System.getenv(n).matches("[\\w/.-]+"))
                .findFirst()
                .orElseThrow();
        System.setProperty("quoin.test.host", "from-system");
        try {
            Context context = context(
                    "port", "77",
                    "connectionFactory.x", "quoin://${quoin.test.host}:${port}?prefetch=${prefetch:-9}",
                    "queue.e", "${" + variable + "}",
                    "topic.d", "${not.there:-a-b.c}",
                    "queue.empty", "x${not.there:-}y",
                    "unrelated", "${not.there}");

            assertThat(factory(context, "x").getUri()).isEqualTo("quoin://from-system:77?prefetch=9");
            assertThat(context.lookup("e")).hasToString(System.getenv(variable));
            assertThat(context.lookup("d")).hasToString("a-b.c");
            assertThat(context.lookup("empty")).hasToString("xy");
        } finally {
            System.clearProperty("quoin.test.host");
        }
        assertThatThrownBy(() -> context("queue.q", "${not.there}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue.q")
                .hasMessageContaining("${not.there:-default}");
    }

    @Test
    void theProviderUrlMayNameAFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("names.properties"),
                "java.naming.provider.url=quoin://h:${port:-1}\nqueue.in=orders\nqueue.out=bills\n");

        for (String url : List.of(file.toString(), file.toUri().toString())) {
            Context context = context(Context.PROVIDER_URL, url, "queue.out", "overridden", "port", "5");

            assertThat(factory(context, "ConnectionFactory").getUri()).isEqualTo("quoin://h:5");
            assertThat(context.lookup("in")).hasToString("orders");
            assertThat(context.lookup("out")).hasToString("overridden");
        }
        assertThatThrownBy(() -> context(
                        Context.PROVIDER_URL, folder.resolve("none.properties").toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none.properties");
    }

    @Test
    void whatIsWrongNamesItsProperty() {
        assertThatThrownBy(() -> context("connectionFactory.x", "quoin://h?prefech=1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("connectionFactory.x")
                .hasMessageContaining("prefetch");
        assertThatThrownBy(() -> context("queue.q", ""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("queue.q");
        assertThatThrownBy(() -> context("connectionFactoryNames", "a"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Context.PROVIDER_URL);
    }

    @Test
    void nothingIsLookedUpElsewhere() throws Exception {
        Context context = context(Context.PROVIDER_URL, "quoin://h:1");

        for (String name : List.of("unknown", "dynamicQueues", "dynamicQueue/x", "comp/env/x")) {
            assertThatThrownBy(() -> context.lookup(name))
                    .isInstanceOf(NameNotFoundException.class)
                    .hasMessageContaining("dynamicQueues/NAME");
        }
        Context own = new QuoinInitialContextFactory()
                .getInitialContext(new java.util.Hashtable<>(java.util.Map.of(Context.PROVIDER_URL, "quoin://h:1")));
        for (String url : List.of("rmi://localhost:1/x", "ldap://localhost:1/x", "dns://localhost/x")) {
            assertThatThrownBy(() -> own.lookup(url)).isInstanceOf(NameNotFoundException.class);
        }
    }
}
