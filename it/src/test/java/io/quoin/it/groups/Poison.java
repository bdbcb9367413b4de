// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.jms.QuoinMessageConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Messages of which the first of each group fails until it is cured. */
final class Poison implements GroupLoad.Hook, AutoCloseable {
    /** Its stack traces are part of what a failing listener costs, but not of what the experiments ask. */
    private static final Logger WARNS = Logger.getLogger(QuoinMessageConsumer.class.getName());

    private final @Nullable Level level = WARNS.getLevel();

    record Seen(String group, int number, boolean redelivered) {}

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();
    volatile boolean cured;

    Poison() {
        WARNS.setLevel(Level.OFF);
    }

    @Override
    public void stray(Message message) throws JMSException {
        int number = message.getIntProperty("number");
        if (number == 0 && !cured) {
            failures.incrementAndGet();
            throw new IllegalStateException("A listener that fails, as it shall");
        }
        seen.add(new Seen(message.getStringProperty("JMSXGroupID"), number, message.getJMSRedelivered()));
    }

    @Override
    public void close() {
        WARNS.setLevel(level);
    }
}
