// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets {@code quoin bench} drive a client that is not of Jakarta Messaging: what the bench calls is handed on to that client, anything else is refused. It
 * adds a call through a proxy to each message, well under a microsecond.
 */
public abstract class NativeFactory implements ConnectionFactory {

    /** A connection, or what comes next to it. */
    interface Client extends AutoCloseable {

        Side open(boolean isTransacted) throws Exception;
    }

    /** A session. One thread at a time. */
    interface Side extends AutoCloseable {

        /** Returns when the message is safe, or at once if it need not be. */
        void send(Where where, boolean isPersistent, byte[] body) throws Exception;

        /** Calls back when the message is safe. */
        void send(Where where, byte[] body, Done done) throws Exception;

        /** Messages from there are received from now on, too. */
        void subscribe(Where where) throws Exception;

        /** After the last subscription. */
        void subscribed() throws Exception;

        /** The next message, or null; the one before is done with, unless it belongs to a transaction. */
        byte[] receive(long timeoutMs) throws Exception;

        /** Ends a transaction. */
        void commit() throws Exception;
    }

    /** A queue or topic. */
    record Where(String name, boolean isTopic) {}

    /** Called once. */
    interface Done {

        void done(Exception failure);
    }

    private final URI url;

    NativeFactory(String url) {
        this.url = URI.create(url);
    }

    abstract Client connect() throws Exception;

    /** Of the server. */
    String host() {
        return url.getHost() + ":" + url.getPort();
    }

    int port() {
        return url.getPort();
    }

    /** From the part of the URL behind the question mark. */
    String option(String name) {
        for (String pair : url.getQuery().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new IllegalArgumentException("The URL needs " + name + "=...");
    }

    @Override
    public Connection createConnection() throws JMSException {
        // Libraries look for their parts through it.
        Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        Client client = attempt(this::connect);
        List<ListenerLoop> loops = new ArrayList<>();
        return proxy(Connection.class, (name, arguments) -> switch (name) {
            case "createSession" ->
                session(client, (Integer) arguments[arguments.length - 1] == Session.SESSION_TRANSACTED, loops);
            case "start" -> {
                synchronized (loops) {
                    for (ListenerLoop loop : loops) {
                        loop.begin();
                    }
                }
                yield null;
            }
            case "close" -> {
                synchronized (loops) {
                    for (ListenerLoop loop : loops) {
                        loop.end();
                    }
                }
                client.close();
                yield null;
            }
            default -> throw unknown(name);
        });
    }

    private static Session session(Client client, boolean isTransacted, List<ListenerLoop> loops) throws Exception {
        Thread.currentThread().setContextClassLoader(client.getClass().getClassLoader());
        Side side = client.open(isTransacted);
        ListenerLoop loop = new ListenerLoop(side);
        return proxy(Session.class, (name, arguments) -> switch (name) {
            case "createQueue" -> destination(Queue.class, new Where((String) arguments[0], false));
            case "createTopic" -> destination(Topic.class, new Where((String) arguments[0], true));
            case "createBytesMessage" -> new Body().message;
            case "createProducer" -> producer(side, where(arguments[0]));
            case "createConsumer" -> {
                synchronized (loops) {
                    if (!loops.contains(loop)) {
                        loops.add(loop);
                    }
                    yield consumer(side, where(arguments[0]), loop);
                }
            }
            case "commit" -> {
                side.commit();
                yield null;
            }
            case "close" -> {
                loop.end();
                side.close();
                yield null;
            }
            default -> throw unknown(name);
        });
    }

    private static <T> T destination(Class<T> type, Where where) {
        return proxy(type, (name, arguments) -> where);
    }

    /** A destination answers whatever it is asked with where it is. */
    private static Where where(Object destination) throws Exception {
        try {
            return (Where) Proxy.getInvocationHandler(destination).invoke(destination, null, null);
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageProducer producer(Side side, Where where) {
        boolean[] isPersistent = {true};
        return proxy(MessageProducer.class, (name, arguments) -> {
            switch (name) {
                case "setDeliveryMode" -> isPersistent[0] = (Integer) arguments[0] == DeliveryMode.PERSISTENT;
                case "send" -> {
                    Body body = (Body) Proxy.getInvocationHandler(arguments[0]);
                    if (arguments.length == 1) {
                        side.send(where, isPersistent[0], body.bytes);
                    } else {
                        CompletionListener listener = (CompletionListener) arguments[1];
                        side.send(where, body.bytes, failure -> {
                            if (failure == null) {
                                listener.onCompletion((Message) arguments[0]);
                            } else {
                                listener.onException((Message) arguments[0], failure);
                            }
                        });
                    }
                }
                case "close" -> {}
                default -> throw unknown(name);
            }
            return null;
        });
    }

    private static MessageConsumer consumer(Side side, Where where, ListenerLoop loop) throws Exception {
        side.subscribe(where);
        return proxy(MessageConsumer.class, (name, arguments) -> {
            switch (name) {
                case "receive" -> {
                    loop.subscribed(); // unless the start of the connection was after it
                    byte[] bytes = side.receive((Long) arguments[0]);
                    return bytes == null ? null : new Body(bytes).message;
                }
                case "setMessageListener" -> loop.listener = (MessageListener) arguments[0];
                case "close" -> {}
                default -> throw unknown(name);
            }
            return null;
        });
    }

    /** What a session receives: handed to its listener, if it has one. */
    private static final class ListenerLoop implements Runnable {

        private static final long POLL_MS = 100;

        private final Side side;
        private final Thread thread = new Thread(this, "listener");
        private volatile MessageListener listener;
        private volatile boolean isEnded;
        private boolean isSubscribed;

        ListenerLoop(Side side) {
            this.side = side;
            thread.setDaemon(true);
        }

        synchronized void subscribed() throws Exception {
            if (!isSubscribed) {
                side.subscribed();
                isSubscribed = true;
            }
        }

        void begin() throws Exception {
            subscribed();
            if (listener != null && thread.getState() == Thread.State.NEW) {
                thread.start();
            }
        }

        void end() throws InterruptedException {
            isEnded = true;
            if (thread.getState() != Thread.State.NEW) {
                thread.join(5_000);
            }
        }

        @Override
        public void run() {
            try {
                while (!isEnded) {
                    byte[] bytes = side.receive(POLL_MS);
                    if (bytes != null) {
                        listener.onMessage(new Body(bytes).message);
                    }
                }
            } catch (Exception e) {
                e.printStackTrace();
            }
        }
    }

    /** A message: its body only. */
    private static final class Body implements InvocationHandler {

        private byte[] bytes;
        private final BytesMessage message = (BytesMessage)
                Proxy.newProxyInstance(NativeFactory.class.getClassLoader(), new Class<?>[] {BytesMessage.class}, this);

        Body() {
            this(new byte[0]);
        }

        Body(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) throws JMSException {
            return switch (method.getName()) {
                case "writeBytes" -> {
                    bytes = ((byte[]) arguments[0]).clone();
                    yield null;
                }
                case "getBodyLength" -> (long) bytes.length;
                case "readLong" -> java.nio.ByteBuffer.wrap(bytes).getLong();
                case "hashCode" -> System.identityHashCode(this);
                case "equals" -> proxy == arguments[0];
                case "toString" -> "a body of " + bytes.length + " bytes";
                default -> throw unknown(method.getName());
            };
        }
    }

    private interface Action<T> {

        T run() throws Exception;
    }

    private interface Call {

        Object of(String method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                NativeFactory.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        attempt(() -> call.of(method == null ? "" : method.getName(), arguments))));
    }

    private static <T> T attempt(Action<T> action) throws JMSException {
        try {
            return action.run();
        } catch (JMSException e) {
            throw e;
        } catch (Exception e) {
            JMSException failure = new JMSException(e.toString());
            failure.initCause(e);
            throw failure;
        }
    }

    private static JMSException unknown(String method) {
        return new JMSException("The adapter for quoin bench does not know " + method);
    }

    @Override
    public Connection createConnection(String user, String password) throws JMSException {
        return createConnection();
    }

    @Override
    public JMSContext createContext() {
        throw new IllegalStateException("The adapter for quoin bench knows connections only");
    }

    @Override
    public JMSContext createContext(String user, String password) {
        return createContext();
    }

    @Override
    public JMSContext createContext(String user, String password, int mode) {
        return createContext();
    }

    @Override
    public JMSContext createContext(int mode) {
        return createContext();
    }
}
