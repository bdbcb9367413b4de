// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** A client of a scripted server whose links the test cuts. */
abstract class ReconnectFixture {

    static final String OPTIONS = "?requestTimeout=5000&reconnectDelay=10&maxReconnectDelay=20";

    volatile Consumer<Link> next = link -> {};
    final ScriptedServer server = ScriptedServer.start(link -> next.accept(link));
    final List<JMSException> told = Collections.synchronizedList(new ArrayList<>());
    QuoinConnection connection;
    Link link;

    void open(String options) throws JMSException {
        connection = (QuoinConnection) new QuoinConnectionFactory(server.uri() + OPTIONS + options).createConnection();
        connection.setExceptionListener(told::add);
        connection.start();
        link = server.link();
    }

    @AfterEach
    void close() throws JMSException {
        if (connection != null) {
            connection.close();
        }
        server.close();
    }

    /** Cuts the link and takes the next one. */
    void reconnect() {
        link.cut();
        link = server.link();
    }

    static MessageProducer producer(Session session) throws JMSException {
        return session.createProducer(session.createQueue("q"));
    }

    int nextConsumer() {
        return link.next(FrameType.CONSUMER_OPEN, Frame.ConsumerOpen.class).consumer();
    }

    static String text(Message message) throws JMSException {
        return ((TextMessage) message).getText();
    }

    /** Cuts the link, and there is no server. */
    void lose() {
        server.refuse(true);
        link.cut();
        await().until(() -> !connection.channel().isConnected());
    }

    void awaitConnected() {
        await().until(() -> connection.channel().isConnected());
    }

    /** Waits until the thread has got to a method. */
    static void awaitIn(String method, Thread thread) {
        await().until(() -> Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method)));
    }

    List<FrameType> typesAfterHello() {
        return link.types().subList(1, link.types().size());
    }
}
