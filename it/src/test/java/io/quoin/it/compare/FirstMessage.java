// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.Session;
import java.io.PrintStream;

/** A client that does what a small one does first: connects, sends a persistent message and receives it. Arguments: the class of a connection factory, a URL. */
final class FirstMessage {

    private static final long LIMIT_MS = 20_000;

    private FirstMessage() {}

    public static void main(String[] arguments) throws Exception {
        long beganNs = System.nanoTime();
        ConnectionFactory factory = (ConnectionFactory)
                Class.forName(arguments[0]).getConstructor(String.class).newInstance(arguments[1]);
        try (Connection connection = factory.createConnection()) {
            connection.start();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            Destination queue = session.createQueue("first");
            var consumer = session.createConsumer(queue);
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(new byte[1024]);
            session.createProducer(queue).send(message);
            if (consumer.receive(LIMIT_MS) == null) {
                throw new IllegalStateException("No message came within " + LIMIT_MS + " ms");
            }
            double ms = (System.nanoTime() - beganNs) / 1e6;
            PrintStream out = System.out;
            out.println("first message " + ms);
            out.flush();
        }
        Runtime.getRuntime().halt(0); // whatever threads a client leaves
    }
}
