// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Topic;

/** Publishes prices to a topic; a durable subscription with a selector keeps those of interest while its owner is away. */
public final class PublishSubscribe {
    private static final long WAIT_MS = 5_000;

    private PublishSubscribe() {}

    /** Uses the server that the environment variable QUOIN_URL names, else the local one. */
    public static void main(String[] args) {
        ConnectionFactory factory =
                new QuoinConnectionFactory(System.getenv().getOrDefault("QUOIN_URL", "quoin://127.0.0.1:5544"));

        // The subscription begins here, and goes on after the context is closed.
        try (JMSContext context = factory.createContext()) {
            Topic prices = context.createTopic("examples.prices");
            context.createSharedDurableConsumer(prices, "gold-watch", "metal = 'gold'")
                    .close();
        }

        try (JMSContext context = factory.createContext()) {
            Topic prices = context.createTopic("examples.prices");
            context.createProducer().setProperty("metal", "silver").send(prices, "silver at 29");
            context.createProducer().setProperty("metal", "gold").send(prices, "gold at 2,650");
        }

        try (JMSContext context = factory.createContext()) {
            Topic prices = context.createTopic("examples.prices");
            try (JMSConsumer watch = context.createSharedDurableConsumer(prices, "gold-watch", "metal = 'gold'")) {
                System.out.println("received " + watch.receiveBody(String.class, WAIT_MS));
            }
            context.unsubscribe("gold-watch");
        }
    }
}
