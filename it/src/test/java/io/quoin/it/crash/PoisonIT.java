// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A message that ends its consumer's JVM every time ends among the dead letters, and takes none of its neighbours along. */
class PoisonIT {
    private static final String QUEUE = "poisoned?maxDeliveries=3";
    private static final int MESSAGES = 30;
    private static final int POISON = 11;
    private static final int HALTED = 99;
    private static final int CONSUMERS_MAX = 12;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void endsInTheDeadLettersAlone() throws JMSException {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                JMSContext context = new QuoinConnectionFactory(server.url()).createContext()) {
            Queue queue = context.createQueue(QUEUE);
            for (int i = 0; i < MESSAGES; i++) {
                context.createProducer().setProperty("number", i).send(queue, "message " + i);
            }

            TreeSet<Integer> handled = new TreeSet<>();
            int halts = consumeUntilAllAreHandled(server, handled);

            assertThat(deadLetters(context)).containsExactly(POISON);
            assertThat(handled).hasSize(MESSAGES - 1).doesNotContain(POISON);
            // The first time it was not flagged, so nobody knew that it was the one; now and then its name comes too
            // late.
            assertThat(halts).as("consumers that it ended").isBetween(3, 6);
        }
    }

    private static int consumeUntilAllAreHandled(ServerProcess server, TreeSet<Integer> handled) {
        int halts = 0;
        for (int i = 0; i < CONSUMERS_MAX; i++) {
            JavaProcess.Ended ended = JavaProcess.main(Consumer.class, server.url());
            ended.output().lines().map(Integer::valueOf).forEach(handled::add);
            assertThat(ended.exitCode()).as(ended.errors()).isIn(0, HALTED);
            if (ended.exitCode() == HALTED) {
                halts++;
            } else if (handled.size() == MESSAGES - 1) {
                return halts;
            }
        }
        throw new AssertionError(CONSUMERS_MAX + " consumers handled only " + handled);
    }

    private static List<Integer> deadLetters(JMSContext context) throws JMSException {
        List<Integer> numbers = new ArrayList<>();
        try (JMSConsumer consumer = context.createConsumer(context.createQueue("DLQ.poisoned"))) {
            for (Message dead = consumer.receive(1_000); dead != null; dead = consumer.receive(1_000)) {
                assertThat(dead.getStringProperty("JMS_Quoin_DeadLetterReason")).isNotBlank();
                numbers.add(dead.getIntProperty("number"));
            }
        }
        return numbers;
    }

    /** The consumer: prints the number of each message that it handled, and halts at the poisonous one. */
    static final class Consumer {
        private Consumer() {}

        public static void main(String[] args) throws InterruptedException {
            Semaphore handled = new Semaphore(0);
            try (JMSContext context = new QuoinConnectionFactory(args[0]).createContext()) {
                context.createConsumer(context.createQueue(QUEUE)).setMessageListener(message -> {
                    System.out.println(numberOrHalt(message));
                    handled.release();
                });
                boolean more = true;
                while (more) {
                    more = handled.tryAcquire(2, TimeUnit.SECONDS);
                }
            }
        }

        private static int numberOrHalt(Message message) {
            try {
                int number = message.getIntProperty("number");
                if (number == POISON) {
                    Runtime.getRuntime().halt(HALTED);
                }
                return number;
            } catch (JMSException e) {
                throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
            }
        }
    }
}
