// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import jakarta.jms.XATopicSession;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every method of every interface of {@code jakarta.jms}, found by reflection: rule 11, and that nothing is left out. */
class ApiSurfaceIT extends JmsCase {

    /** What applications and application servers implement. */
    private static final Set<String> OTHERS_SIDE =
            Set.of("CompletionListener", "ExceptionListener", "MessageListener", "ServerSession", "ServerSessionPool");

    /** Of these there are objects that can be closed, beside the simplified API's. */
    private static final List<Class<?>> CLOSEABLE = List.of(
            Connection.class,
            QueueConnection.class,
            TopicConnection.class,
            Session.class,
            QueueSession.class,
            TopicSession.class,
            MessageProducer.class,
            QueueSender.class,
            TopicPublisher.class,
            MessageConsumer.class,
            QueueReceiver.class,
            TopicSubscriber.class,
            QueueBrowser.class,
            XAConnection.class,
            XAQueueConnection.class,
            XATopicConnection.class,
            XASession.class,
            XAQueueSession.class,
            XATopicSession.class);

    /** Objects of all types of the API, all of one connection. */
    private final class Objects {

        private final Map<Class<?>, Object> made = new LinkedHashMap<>();
        private final Queue queue = queue();
        private final Topic topic = topic();
        /** For each consumer its own: prefetched messages go to another one only after a while. */
        private final List<Queue> consumed = List.of(queue(), queue(), queue());

        Objects() throws Exception {
            QueueConnection connection = (QueueConnection) started();
            QueueSession session = (QueueSession) connection.createSession();
            JMSContext context = context();
            made.put(ConnectionFactory.class, factory());
            QuoinXAConnectionFactory xaFactory = new QuoinXAConnectionFactory(server().url());
            XAQueueConnection xaConnection = closing(xaFactory.createXAQueueConnection());
            Session xaSession = ((XAConnection) xaConnection).createXASession();
            for (Class<?> type : List.of(
                    XAConnectionFactory.class, XAQueueConnectionFactory.class, XATopicConnectionFactory.class)) {
                made.put(type, xaFactory);
            }
            for (Class<?> type : List.of(XAConnection.class, XAQueueConnection.class, XATopicConnection.class)) {
                made.put(type, xaConnection);
            }
            for (Class<?> type : List.of(XASession.class, XAQueueSession.class, XATopicSession.class)) {
                made.put(type, xaSession);
            }
            made.put(XAJMSContext.class, closing(xaFactory.createXAContext()));
            made.put(QueueConnectionFactory.class, factory());
            made.put(TopicConnectionFactory.class, factory());
            made.put(Connection.class, connection);
            made.put(QueueConnection.class, connection);
            made.put(TopicConnection.class, connection);
            made.put(ConnectionMetaData.class, connection.getMetaData());
            made.put(Session.class, session);
            made.put(QueueSession.class, session);
            made.put(TopicSession.class, session);
            made.put(MessageProducer.class, session.createProducer(null));
            made.put(QueueSender.class, session.createSender(queue));
            made.put(TopicPublisher.class, ((TopicSession) session).createPublisher(topic));
            made.put(MessageConsumer.class, session.createConsumer(consumed.get(0), "JMSPriority >= 0"));
            made.put(QueueReceiver.class, session.createReceiver(consumed.get(1)));
            made.put(TopicSubscriber.class, ((TopicSession) session).createSubscriber(topic));
            made.put(QueueBrowser.class, session.createBrowser(queue));
            made.put(Queue.class, queue);
            made.put(Topic.class, topic);
            made.put(Destination.class, queue);
            made.put(DeliveryMode.class, new DeliveryMode() {});
            made.put(TemporaryQueue.class, session.createTemporaryQueue());
            made.put(TemporaryTopic.class, session.createTemporaryTopic());
            made.put(Message.class, session.createMessage());
            made.put(TextMessage.class, session.createTextMessage("text"));
            made.put(BytesMessage.class, session.createBytesMessage());
            made.put(StreamMessage.class, session.createStreamMessage());
            made.put(MapMessage.class, session.createMapMessage());
            made.put(ObjectMessage.class, session.createObjectMessage("object"));
            made.put(JMSContext.class, context);
            made.put(JMSProducer.class, context.createProducer());
            made.put(JMSConsumer.class, context.createConsumer(consumed.get(2)));
            made.put(
                    ConnectionConsumer.class,
                    connection.createConnectionConsumer(queue, "JMSPriority > 99", () -> null, 1));
        }

        Object[] arguments(Method method) throws Exception {
            List<Object> arguments = new ArrayList<>();
            for (Class<?> type : method.getParameterTypes()) {
                arguments.add(argument(type, arguments));
            }
            return arguments.toArray();
        }

        private Object argument(Class<?> type, List<Object> before) throws Exception {
            if (type == Destination.class || type == Queue.class) {
                return queue;
            } else if (type == Topic.class) {
                return topic;
            } else if (type == Message.class) {
                return made.get(TextMessage.class);
            } else if (type == String.class) {
                boolean second = !before.isEmpty() && before.get(before.size() - 1) instanceof String;
                return second ? null : name("n").replace('-', '_');
            } else if (type == boolean.class) {
                return false;
            } else if (type == int.class) {
                return 1;
            } else if (type == long.class) {
                return 1L;
            } else if (type == byte.class) {
                return (byte) 1;
            } else if (type == short.class) {
                return (short) 1;
            } else if (type == char.class) {
                return 'c';
            } else if (type == float.class) {
                return 1f;
            } else if (type == double.class) {
                return 1d;
            } else if (type == byte[].class) {
                return new byte[] {1, 2};
            } else if (type == Class.class) {
                return String.class;
            } else if (type == Map.class) {
                return Map.of("a", 1);
            } else if (type == Object.class || type == Serializable.class) {
                return "object";
            } else if (type == CompletionListener.class) {
                return new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {}

                    @Override
                    public void onException(Message message, Exception exception) {}
                };
            } else if (type == MessageListener.class) {
                return (MessageListener) m -> {};
            } else if (type == ExceptionListener.class) {
                return (ExceptionListener) e -> {};
            } else if (type == ServerSessionPool.class) {
                return (ServerSessionPool) () -> (ServerSession) null;
            }
            throw new AssertionError("no argument of type " + type);
        }
    }

    private static Set<Class<?>> interfacesOfTheApi() throws Exception {
        Path jar = Path.of(Message.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(e -> e.getName())
                    .filter(n -> n.matches("jakarta/jms/\\w+\\.class"))
                    .map(n -> n.substring(0, n.length() - ".class".length()).replace('/', '.'))
                    .map(ApiSurfaceIT::load)
                    .filter(c -> c.isInterface() && !c.isAnnotation())
                    .collect(Collectors.toSet());
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Method> methods(Class<?> type) {
        List<Method> methods = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                methods.add(method);
            }
        }
        return methods;
    }

    /** What a call throws, or null. */
    private Throwable call(Object on, Method method, Object... arguments) throws Exception {
        try {
            Object result = method.invoke(on, arguments);
            if (method.getName().startsWith("create")
                    && method.getDeclaringClass().getSimpleName().endsWith("Factory")
                    && result instanceof AutoCloseable opened) {
                closing(opened);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    @Test
    void thereIsAnObjectOfEveryInterface() throws Exception {
        Set<String> covered = new TreeSet<>(OTHERS_SIDE);
        for (Class<?> type : new Objects().made.keySet()) {
            covered.add(type.getSimpleName());
        }
        assertThat(interfacesOfTheApi()).allSatisfy(c -> assertThat(covered).contains(c.getSimpleName()));
    }

    @Test
    void rule11EveryMethodOfAClosedObjectSaysThatItIsClosed() throws Exception {
        Objects objects = new Objects();
        for (Class<?> type : CLOSEABLE) {
            ((AutoCloseable) objects.made.get(type)).close();
        }
        ((AutoCloseable) objects.made.get(JMSConsumer.class)).close();
        for (Class<?> type : CLOSEABLE) {
            everyMethodThrows(objects, type, IllegalStateException.class);
        }
        everyMethodThrows(objects, JMSConsumer.class, IllegalStateRuntimeException.class);
        ((AutoCloseable) objects.made.get(JMSContext.class)).close();
        ((AutoCloseable) objects.made.get(XAJMSContext.class)).close();
        everyMethodThrows(objects, JMSContext.class, IllegalStateRuntimeException.class);
        everyMethodThrows(objects, XAJMSContext.class, IllegalStateRuntimeException.class);
        JMSProducer producer = (JMSProducer) objects.made.get(JMSProducer.class);
        illegalStateRuntime(
                () -> producer.send(objects.queue, "x"),
                () -> producer.send(objects.queue, new byte[1]),
                () -> producer.send(objects.queue, Map.of()),
                () -> producer.send(objects.queue, (Serializable) "x"),
                () -> producer.send(objects.queue, (Message) objects.made.get(Message.class)));
    }

    @Test
    void rule11SessionsAndAllInThemAreClosedWithTheirConnection() throws Exception {
        Objects objects = new Objects();
        ((Connection) objects.made.get(Connection.class)).close();
        ((Connection) objects.made.get(XAConnection.class)).close();
        for (Class<?> type : CLOSEABLE) {
            everyMethodThrows(objects, type, IllegalStateException.class);
        }
    }

    private void everyMethodThrows(Objects objects, Class<?> type, Class<?> wanted) throws Exception {
        for (Method method : methods(type)) {
            Throwable thrown = call(objects.made.get(type), method, objects.arguments(method));
            String name = type.getSimpleName() + "." + method.getName();
            if (method.getName().equals("close")) {
                assertThat(thrown).as(name).isNull();
            } else if (!name.matches(".*(Session.run|getXAResource|getContext)")) { // They declare nothing to throw.
                assertThat(thrown).as(name).isInstanceOf(wanted);
            }
        }
    }

    @Test
    void noMethodIsUnsupported() throws Exception {
        Objects objects = new Objects();
        for (Class<?> type : List.copyOf(objects.made.keySet())) {
            for (Method method : methods(type)) {
                boolean ending = method.getName().matches("close|delete|stop|setMessageListener");
                fill(objects, method);
                Throwable thrown = call(objects.made.get(type), method, objects.arguments(method));
                String name = type.getSimpleName() + "." + method.getName();
                if (isPrescribed(type, method)) {
                    assertThat(thrown).as(name).isInstanceOf(UnsupportedOperationException.class);
                } else if (thrown != null) {
                    assertThat(thrown).as(name).isNotInstanceOfAny(UnsupportedOperationException.class, Error.class);
                }
                if (ending) {
                    closeAll();
                    objects = new Objects();
                }
            }
        }
    }

    /** Has something to receive for those that wait. */
    private static void fill(Objects objects, Method method) {
        if (method.getName().startsWith("receive")) {
            objects.consumed.forEach(queue -> send(queue, "x"));
            send(objects.topic, "x");
        }
    }

    /** A producer either has a destination, or is told one with each message. */
    private static boolean isPrescribed(Class<?> type, Method method) {
        if (!MessageProducer.class.isAssignableFrom(type) || !method.getName().matches("send|publish")) {
            return false;
        }
        boolean named = Destination.class.isAssignableFrom(method.getParameterTypes()[0]);
        return named != (type == MessageProducer.class);
    }
}
