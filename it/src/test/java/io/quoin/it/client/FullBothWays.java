// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.client;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Fills one connection in both directions at once: large messages go out as fast as it takes them, and come back on the same socket. */
final class FullBothWays {
    private static final int MESSAGES = 400;
    private static final int SIZE_BYTES = 200_000;
    private static final long WITHIN_S = 90;

    private FullBothWays() {}

    /** Returns null if all went well, else what did not. */
    static String run(String url) throws Exception {
        AtomicReference<String> problem = new AtomicReference<>();
        CountDownLatch confirmed = new CountDownLatch(MESSAGES);
        CountDownLatch received = new CountDownLatch(MESSAGES);
        try (Connection connection = new QuoinConnectionFactory(url).createConnection()) {
            Session receiving = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            Queue queue = receiving.createQueue("both-ways");
            receiving.createConsumer(queue).setMessageListener(m -> received.countDown());
            connection.start();
            Session sending = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = sending.createProducer(queue);
            CompletionListener listener = new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    confirmed.countDown();
                }

                @Override
                public void onException(Message message, Exception e) {
                    problem.compareAndSet(null, e.toString());
                }
            };
            for (int i = 0; i < MESSAGES; i++) {
                BytesMessage message = sending.createBytesMessage();
                message.writeBytes(new byte[SIZE_BYTES]);
                producer.send(message, listener);
            }
            if (!confirmed.await(WITHIN_S, TimeUnit.SECONDS) || !received.await(WITHIN_S, TimeUnit.SECONDS)) {
                problem.compareAndSet(
                        null,
                        "stalled: " + confirmed.getCount() + " unconfirmed, " + received.getCount() + " not received");
            }
        }
        return problem.get();
    }
}
