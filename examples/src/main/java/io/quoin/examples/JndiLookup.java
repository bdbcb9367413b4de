// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Looks the connection factory and the queue up by name, so that the program names neither Quoin nor a host. */
public final class JndiLookup {
    private static final long WAIT_MS = 5_000;

    private JndiLookup() {}

    /** Uses the server that the environment variable QUOIN_URL names, else the local one. */
    @SuppressWarnings("BanJNDI") // The provider is an in-memory table: no name leads out of this process.
    public static void main(String[] args) throws NamingException {
        // Usually in a file jndi.properties on the class path.
        Properties names = new Properties();
        names.setProperty(Context.INITIAL_CONTEXT_FACTORY, "io.quoin.jms.jndi.QuoinInitialContextFactory");
        names.setProperty(
                "connectionFactory.main", System.getenv().getOrDefault("QUOIN_URL", "quoin://127.0.0.1:5544"));
        names.setProperty("queue.mail", "examples.mail");

        InitialContext jndi = new InitialContext(names);
        ConnectionFactory factory = (ConnectionFactory) jndi.lookup("main");
        Queue mail = (Queue) jndi.lookup("mail");

        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(mail, "hello");
            System.out.println("received " + context.createConsumer(mail).receiveBody(String.class, WAIT_MS));
        }
    }
}
