// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.strict;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A consumer that is killed: writes down each message when its listener gets it, and again before the listener returns. What
 * was written is the kernel's, so the process may end at any moment. Arguments: address, queue, file, sessions, microseconds
 * that the listener works.
 */
final class StrictConsumer {

    private StrictConsumer() {}

    public static void main(String[] args) throws Exception {
        int sessions = Integer.parseInt(args[3]);
        long workNs = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(args[4]));
        FileOutputStream log = new FileOutputStream(args[2], true);
        try (Connection connection = new QuoinConnectionFactory(args[0]).createConnection()) {
            for (int i = 0; i < sessions; i++) {
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                session.createConsumer(session.createQueue(args[1])).setMessageListener(message -> {
                    write(log, "B " + text(message));
                    if (workNs > 0) {
                        LockSupport.parkNanos(workNs);
                    }
                    write(log, "E " + text(message));
                });
            }
            connection.start();
            System.out.println("working");
            System.in.read(); // Until the test closes it, for an orderly end.
        }
        System.out.println("ended");
    }

    /** One write a line: lines of several threads do not mix, and a kill leaves no half of one. */
    private static void write(FileOutputStream log, String line) {
        try {
            log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Message message) {
        try {
            return message.getJMSMessageID() + " " + ((TextMessage) message).getText();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
