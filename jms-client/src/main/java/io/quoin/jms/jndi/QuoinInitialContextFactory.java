// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Factories and destinations out of the environment's properties, in the forms that other providers have them:
 *
 * <pre>
 * java.naming.factory.initial=io.quoin.jms.jndi.QuoinInitialContextFactory
 * java.naming.provider.url=quoin://localhost:5544   ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory
 *                                                   and XAConnectionFactory; or a file with more of these properties
 * connectionFactoryNames=a,b                        more names for the connection factory of that URL
 * connectionFactory.NAME=quoin://localhost:5544     a connection factory
 * connectionFactory.NAME=quoin://host?type=XA_CF    one of another type: CF, QUEUE_CF, TOPIC_CF, XA_CF, QUEUE_XA_CF, TOPIC_XA_CF
 * queue.NAME=orders                                 a queue
 * topic.NAME=prices                                 a topic
 * </pre>
 *
 * Any queue and topic is found as {@code dynamicQueues/orders} and {@code dynamicTopics/prices} as well. The beginnings of
 * the property names may be in capitals or not. Values may have variables: {@code ${name}} and {@code ${name:-default}} stand
 * for another of the properties, a system property or an environment variable. Nothing is ever looked up over a network.
 */
public final class QuoinInitialContextFactory implements InitialContextFactory {

    private static final String FACTORY = "connectionfactory.";
    private static final String FACTORY_NAMES = "connectionfactorynames";
    private static final String QUEUE = "queue.";
    private static final String TOPIC = "topic.";

    private static final Map<String, FactoryType> STANDARD_FACTORIES = Map.of(
            "ConnectionFactory", FactoryType.CF,
            "QueueConnectionFactory", FactoryType.QUEUE_CF,
            "TopicConnectionFactory", FactoryType.TOPIC_CF,
            "XAConnectionFactory", FactoryType.XA_CF);

    @Override
    @SuppressWarnings("JdkObsolete") // the interface's type
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
        Map<String, String> properties = properties(environment);
        Variables variables = new Variables(properties);
        Map<String, Object> bindings = new ConcurrentHashMap<>();
        String url = serverUrl(properties, variables);
        if (url != null) {
            for (Map.Entry<String, FactoryType> standard : STANDARD_FACTORIES.entrySet()) {
                bindings.put(standard.getKey(), factory(Context.PROVIDER_URL, url, standard.getValue()));
            }
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            bind(bindings, property.getKey(), property.getValue(), variables, url);
        }
        return new PropertiesContext(bindings, environment);
    }

    /** The environment's, over those of the file that it may name. */
    private static Map<String, String> properties(Map<?, ?> environment) throws NamingException {
        Map<String, String> own = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (value instanceof String text) {
                own.put(name.toString(), text);
            }
        });
        String url = own.get(Context.PROVIDER_URL);
        Path file = url == null ? null : file(new Variables(own).resolve(Context.PROVIDER_URL, url));
        if (file == null) {
            return own;
        }
        own.remove(Context.PROVIDER_URL);
        Map<String, String> all = read(file);
        all.putAll(own);
        return all;
    }

    /** The file that a provider URL names, or null if it names servers. */
    private static @Nullable Path file(String url) throws NamingException {
        try {
            if (url.startsWith("file:")) {
                return Path.of(URI.create(url));
            }
            return url.endsWith(".properties") && !url.contains("://") ? Path.of(url) : null;
        } catch (IllegalArgumentException e) {
            throw wrong(Context.PROVIDER_URL, e);
        }
    }

    private static Map<String, String> read(Path file) throws NamingException {
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(Context.PROVIDER_URL + " (" + file + ")", e);
        }
        Map<String, String> properties = new LinkedHashMap<>();
        read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        return properties;
    }

    private static @Nullable String serverUrl(Map<String, String> properties, Variables variables)
            throws NamingException {
        String url = properties.get(Context.PROVIDER_URL);
        return url == null ? null : variables.resolve(Context.PROVIDER_URL, url);
    }

    private static void bind(
            Map<String, Object> bindings, String property, String value, Variables variables, @Nullable String url)
            throws NamingException {
        String factory = nameAfter(FACTORY, property);
        String queue = nameAfter(QUEUE, property);
        String topic = nameAfter(TOPIC, property);
        try {
            if (factory != null) {
                bindings.put(factory, factory(property, variables.resolve(property, value), FactoryType.CF));
            } else if (queue != null) {
                bindings.put(queue, QuoinQueue.named(variables.resolve(property, value)));
            } else if (topic != null) {
                bindings.put(topic, QuoinTopic.named(variables.resolve(property, value)));
            } else if (property.toLowerCase(Locale.ROOT).equals(FACTORY_NAMES)) {
                bindFactories(bindings, property, variables.resolve(property, value), url);
            }
        } catch (JMSException e) {
            throw wrong(property, e);
        }
    }

    private static void bindFactories(Map<String, Object> bindings, String property, String names, @Nullable String url)
            throws NamingException {
        if (url == null) {
            throw new ConfigurationException(
                    "The property " + property + " needs " + Context.PROVIDER_URL + ", which names the servers");
        }
        for (String name : names.split(",", -1)) {
            if (!name.isBlank()) {
                bindings.put(name.trim(), factory(property, url, FactoryType.CF));
            }
        }
    }

    private static @Nullable String nameAfter(String prefix, String property) {
        boolean fits = property.length() > prefix.length()
                && property.substring(0, prefix.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(prefix);
        return fits ? property.substring(prefix.length()) : null;
    }

    private static Object factory(String property, String uri, FactoryType type) throws NamingException {
        try {
            return FactoryType.make(uri, type);
        } catch (IllegalArgumentException e) {
            throw wrong(property, e);
        }
    }

    private static NamingException wrong(String property, Exception cause) {
        NamingException e = new ConfigurationException("The property " + property + ": " + cause.getMessage());
        e.initCause(cause);
        return e;
    }
}
