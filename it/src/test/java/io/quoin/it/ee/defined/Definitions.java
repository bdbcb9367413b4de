// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.defined;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConnectionFactoryDefinition;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sends a message by what is defined here and answers with what comes back. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/defined",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "quoin",
        properties = "url=${quoin.url}",
        maxPoolSize = 5,
        minPoolSize = 0)
@JMSDestinationDefinition(
        name = "java:app/jms/definedQueue",
        interfaceName = "jakarta.jms.Queue",
        className = "io.quoin.ra.destination.AdministeredQueue",
        resourceAdapter = "quoin",
        destinationName = "ee.defined",
        properties = "name=ee.defined")
@WebServlet("/")
public class Definitions extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:app/jms/defined")
    private transient ConnectionFactory factory;

    @Resource(lookup = "java:app/jms/definedQueue")
    private transient Queue queue;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(queue, "sent to " + queue);
            response.getWriter().print(context.createConsumer(queue).receiveBody(String.class, 10_000));
        }
    }
}
