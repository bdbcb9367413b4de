// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;

/** A process that takes one message and has it in hand until a byte comes over standard input; then it acknowledges, and prints what came of it. */
final class Holder {
    static final String HOLDS = "holds";
    static final String ACCEPTED = "accepted";
    static final String REFUSED = "refused";

    private static final long RECEIVE_MS = 30_000;

    private Holder() {}

    public static void main(String[] arguments) throws JMSException, IOException {
        Provider provider = Provider.parse(arguments);
        Mode mode = Mode.valueOf(arguments[3]);
        try (Connection connection = provider.connectionFactory().createConnection()) {
            connection.start();
            Session session = connection.createSession(mode.sessionMode);
            MessageConsumer consumer = session.createConsumer(session.createQueue(provider.queue()));
            Message message = consumer.receive(RECEIVE_MS);
            System.out.println(HOLDS + " " + GroupMessage.id(message));
            if (System.in.read() < 0) {
                return;
            }
            try {
                if (mode == Mode.TRANSACTED) {
                    session.commit();
                } else {
                    message.acknowledge();
                }
                System.out.println(ACCEPTED);
            } catch (JMSException e) {
                System.out.println(REFUSED + " " + e.getMessage());
            }
        }
    }
}
