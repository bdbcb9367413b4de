// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;

/** Sends orders to a queue and takes each of them off again, in a transaction: an order is either handled or stays. */
public final class PointToPoint {
    private static final int ORDERS = 10;
    private static final long WAIT_MS = 5_000;

    private PointToPoint() {}

    /** Uses the server that the environment variable QUOIN_URL names, else the local one. */
    public static void main(String[] args) {
        ConnectionFactory factory =
                new QuoinConnectionFactory(System.getenv().getOrDefault("QUOIN_URL", "quoin://127.0.0.1:5544"));

        try (JMSContext context = factory.createContext()) {
            Queue orders = context.createQueue("examples.orders");
            for (int i = 1; i <= ORDERS; i++) {
                // A persistent send returns when the order is safe on the server's disk.
                context.createProducer().setProperty("customer", "c" + i % 3).send(orders, "order " + i);
            }
        }

        try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("examples.orders"));
            for (int i = 1; i <= ORDERS; i++) {
                System.out.println("handled " + consumer.receiveBody(String.class, WAIT_MS));
                context.commit();
            }
        }
    }
}
