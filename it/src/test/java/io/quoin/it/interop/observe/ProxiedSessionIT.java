// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.jakarta9.instrument.jms.JmsInstrumentation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tools that measure or trace put proxies between the application and the provider's objects. */
@ExtendWith(OneServer.class)
class ProxiedSessionIT {
    private static final long SOON_MS = 10_000;

    private final QuoinConnectionFactory quoin;

    ProxiedSessionIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
    }

    @Test
    void micrometerObservesWhatAnInstrumentedSessionSendsAndProcesses() throws JMSException {
        Queue<String> observed = new ConcurrentLinkedQueue<>();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                observed.add(context.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        try (Connection connection = quoin.createConnection()) {
            connection.start();
            Session session = JmsInstrumentation.instrumentSession(connection.createSession(), registry);
            Queue<String> bodies = new ConcurrentLinkedQueue<>();
            MessageConsumer consumer = session.createConsumer(session.createQueue("observed"));
            consumer.setMessageListener(message -> bodies.add("received"));

            try (Session sending = JmsInstrumentation.instrumentSession(connection.createSession(), registry);
                    MessageProducer producer = sending.createProducer(sending.createQueue("observed"))) {
                producer.send(sending.createTextMessage("seen"));
            }

            await().until(() -> !bodies.isEmpty());
            await().untilAsserted(() -> assertThat(observed).contains("jms.message.publish", "jms.message.process"));
        }
    }

    @Test
    void everythingWorksThroughProxiesOfAllInterfaces() throws JMSException {
        ConnectionFactory factory = proxied(quoin, ConnectionFactory.class);
        try (Connection connection = factory.createConnection()) {
            connection.start();
            try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
                jakarta.jms.Queue queue = session.createQueue("proxied");
                MessageProducer producer = session.createProducer(null);
                TextMessage message = session.createTextMessage("through and through");
                message.setStringProperty("colour", "red");
                message.setJMSReplyTo(session.createTemporaryQueue());
                producer.send(queue, message);
                session.commit();

                QueueBrowser browser = session.createBrowser(queue, "colour = 'red'");
                assertThat(browser.getEnumeration().hasMoreElements()).isTrue();
                browser.close();
                Message received = session.createConsumer(queue).receive(SOON_MS);
                assertThat(received.getBody(String.class)).isEqualTo("through and through");
                producer.send(received.getJMSReplyTo(), received);
                session.commit();
                MessageConsumer replies = session.createConsumer(message.getJMSReplyTo());
                assertThat(replies.receive(SOON_MS).getStringProperty("colour")).isEqualTo("red");
                session.commit();
            }
        }
    }

    /** A proxy that wraps everything of the API that its methods return but destinations, and unwraps nothing. */
    private static <T> T proxied(Object target, Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                ProxiedSessionIT.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(target, arguments);
                        Class<?> declared = method.getReturnType();
                        boolean wrap = result != null
                                && declared.isInterface()
                                && declared.getPackageName().equals("jakarta.jms")
                                && !Destination.class.isAssignableFrom(declared);
                        return wrap ? proxied(result, declared) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
