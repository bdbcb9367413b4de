// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import jakarta.jms.JMSException;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Factories and destinations out of the environment's properties:
 *
 * <pre>
 * java.naming.factory.initial=io.quoin.jms.jndi.QuoinInitialContextFactory
 * java.naming.provider.url=quoin://localhost:5544   ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory
 * connectionFactory.NAME=quoin://localhost:5544     a connection factory
 * queue.NAME=orders                                 a queue
 * topic.NAME=prices                                 a topic
 * </pre>
 *
 * Any queue and topic is found as {@code dynamicQueues/orders} and {@code dynamicTopics/prices} as well. The beginnings of
 * the property names may be in capitals or not.
 */
public final class QuoinInitialContextFactory implements InitialContextFactory {

    private static final String FACTORY = "connectionfactory.";
    private static final String QUEUE = "queue.";
    private static final String TOPIC = "topic.";
    private static final String[] DEFAULT_FACTORIES = {
        "ConnectionFactory", "QueueConnectionFactory", "TopicConnectionFactory"
    };

    @Override
    @SuppressWarnings("JdkObsolete") // the interface's type
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
        Map<String, Object> bindings = new ConcurrentHashMap<>();
        Object url = environment.get(Context.PROVIDER_URL);
        if (url != null) {
            for (String name : DEFAULT_FACTORIES) {
                bindings.put(name, factory(Context.PROVIDER_URL, url.toString()));
            }
        }
        for (Map.Entry<?, ?> property : environment.entrySet()) {
            bind(bindings, property.getKey().toString(), property.getValue().toString());
        }
        return new PropertiesContext(bindings, environment);
    }

    private static void bind(Map<String, Object> bindings, String property, String value) throws NamingException {
        String name = nameAfter(FACTORY, property);
        if (name != null) {
            bindings.put(name, factory(property, value));
            return;
        }
        try {
            name = nameAfter(QUEUE, property);
            if (name != null) {
                bindings.put(name, QuoinQueue.named(value));
                return;
            }
            name = nameAfter(TOPIC, property);
            if (name != null) {
                bindings.put(name, QuoinTopic.named(value));
            }
        } catch (JMSException e) {
            throw wrong(property, e);
        }
    }

    private static @Nullable String nameAfter(String prefix, String property) {
        boolean fits = property.length() > prefix.length()
                && property.substring(0, prefix.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(prefix);
        return fits ? property.substring(prefix.length()) : null;
    }

    private static QuoinConnectionFactory factory(String property, String uri) throws NamingException {
        try {
            return new QuoinConnectionFactory(uri);
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
