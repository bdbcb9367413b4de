// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Messages whose whole content follows from their producer and number, so that a consumer can tell whether a single bit differs. */
final class Payload {
    private static final String PRODUCER = "producer";
    private static final String SEQUENCE = "sequence";
    private static final int SIZE_MAX = 3_000;

    private Payload() {}

    static Message message(Session session, int producer, int sequence) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.setIntProperty(PRODUCER, producer);
        message.setIntProperty(SEQUENCE, sequence);
        message.writeBytes(body(producer, sequence));
        return message;
    }

    static int producer(Message message) throws JMSException {
        return message.getIntProperty(PRODUCER);
    }

    static int sequence(Message message) throws JMSException {
        return message.getIntProperty(SEQUENCE);
    }

    static boolean intact(Message message) throws JMSException {
        return Arrays.equals(message.getBody(byte[].class), body(producer(message), sequence(message)));
    }

    private static byte[] body(int producer, int sequence) {
        SplittableRandom random = new SplittableRandom((long) producer << 32 | sequence);
        byte[] body = new byte[1 + random.nextInt(SIZE_MAX)];
        random.nextBytes(body);
        return body;
    }
}
