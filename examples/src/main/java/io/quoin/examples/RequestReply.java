// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;

/** Asks a service a question through a queue and gets the answer on a temporary queue of its own. */
public final class RequestReply {
    private static final long WAIT_MS = 5_000;

    private RequestReply() {}

    /** Uses the server that the environment variable QUOIN_URL names, else the local one. */
    public static void main(String[] args) throws JMSException {
        ConnectionFactory factory =
                new QuoinConnectionFactory(System.getenv().getOrDefault("QUOIN_URL", "quoin://127.0.0.1:5544"));

        try (JMSContext service = factory.createContext();
                JMSContext client = factory.createContext()) {
            Queue questions = service.createQueue("examples.questions");
            service.createConsumer(questions).setMessageListener(question -> answer(service, question));

            Queue answers = client.createTemporaryQueue();
            TextMessage question = client.createTextMessage("to be or not to be");
            question.setJMSReplyTo(answers);
            client.createProducer().send(client.createQueue("examples.questions"), question);

            try (JMSConsumer consumer = client.createConsumer(answers)) {
                Message answer = consumer.receive(WAIT_MS);
                System.out.println("answer to " + question.getJMSMessageID() + ": " + answer.getBody(String.class));
            }
        }
    }

    private static void answer(JMSContext service, Message question) {
        try {
            TextMessage answer = service.createTextMessage(
                    new StringBuilder(question.getBody(String.class)).reverse().toString());
            answer.setJMSCorrelationID(question.getJMSMessageID());
            service.createProducer().send(question.getJMSReplyTo(), answer);
        } catch (JMSException e) {
            throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
        }
    }
}
