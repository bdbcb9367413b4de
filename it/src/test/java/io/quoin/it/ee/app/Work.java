// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.ejb.EJBException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the beans of this application do with a message. */
final class Work {
    /** A message whose text begins so takes so many milliseconds: {@code takes 50: text}. */
    private static final String TAKES = "takes ";
    /** A message whose text begins so makes the bean fail, every time. */
    private static final String FAILS = "fails";

    private Work() {}

    /** Counts the call, and takes as long as the message says. */
    static void on(String tally, Message message) {
        Tally counted = Tally.of(tally);
        try {
            String text = counted.begin(message);
            if (text.startsWith(TAKES)) {
                long ms = Long.parseLong(text.substring(TAKES.length(), text.indexOf(':')));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
            }
            if (text.startsWith(FAILS)) {
                throw new EJBException("told to fail");
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        } finally {
            counted.end();
        }
    }
}
