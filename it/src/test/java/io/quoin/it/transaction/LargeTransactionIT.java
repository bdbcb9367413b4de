// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.XAJMSContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction that is larger than the server's heap is rolled back, committed, received in one transaction, and lost with the
 * server, while another producer goes on. The ordinary form sends 96 MB, the long one 500 MB.
 */
class LargeTransactionIT {

    private static final int MESSAGE_BYTES = 16 * 1024;
    private static final int MESSAGES = (Boolean.getBoolean("quoin.long") ? 500_000_000 : 96_000_000) / MESSAGE_BYTES;
    private static final int BRANCH_MESSAGES = 3_000;
    /** Sends of the neighbour before anybody else works. */
    private static final int ALONE = 1_000;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void needsNoMemoryForItsMessages() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), List.of("-Xmx64m"));
                JMSContext context =
                        new QuoinConnectionFactory(server.url()).createContext(JMSContext.SESSION_TRANSACTED)) {
            Neighbour neighbour = new Neighbour(server.url());
            neighbour.start();
            neighbour.warm.await();
            neighbour.next("alone");
            Queue queue = context.createQueue("large");

            send(context, queue);
            neighbour.next("while it is sent");
            context.rollback();
            neighbour.next("while it is rolled back");

            send(context, queue);
            neighbour.next("while it is sent again");
            context.commit();
            neighbour.next("while it commits");
            assertThat(receive(context, queue, MESSAGES)).isEqualTo(MESSAGES);
            neighbour.next("while it is received");
            context.commit();
            neighbour.next("while what was received is acknowledged");
            neighbour.end();

            send(context, queue);
            server.kill();
            server.restart();
            try (JMSContext after = new QuoinConnectionFactory(server.url()).createContext()) {
                assertThat(after.createConsumer(queue).receive(200)).isNull();
            }
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aLargeBranchIsPreparedAndCommittedAfterTheServerWasKilled() throws Exception {
        Xid xid = new OneBranch();
        try (ServerProcess server = ServerProcess.start(folder.resolve("branches"), List.of("-Xmx64m"))) {
            try (XAJMSContext context = new QuoinXAConnectionFactory(server.url()).createXAContext()) {
                XAResource resource = context.getXAResource();
                resource.start(xid, XAResource.TMNOFLAGS);
                send(context, context.createQueue("large"), BRANCH_MESSAGES);
                resource.end(xid, XAResource.TMSUCCESS);
                assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
                server.kill();
                server.restart();
            }
            try (XAJMSContext context = new QuoinXAConnectionFactory(server.url()).createXAContext();
                    JMSContext receiver =
                            new QuoinConnectionFactory(server.url()).createContext(JMSContext.SESSION_TRANSACTED)) {
                XAResource resource = context.getXAResource();
                assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                        .hasSize(1);
                resource.commit(xid, false);
                assertThat(receive(receiver, receiver.createQueue("large"), BRANCH_MESSAGES))
                        .isEqualTo(BRANCH_MESSAGES);
                assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                        .isEmpty();
            }
        }
    }

    private static void send(JMSContext context, Queue queue) throws JMSException {
        send(context, queue, MESSAGES);
    }

    private static void send(JMSContext context, Queue queue, int messages) throws JMSException {
        JMSProducer producer = context.createProducer();
        byte[] body = new byte[MESSAGE_BYTES];
        for (int i = 0; i < messages; i++) {
            BytesMessage message = context.createBytesMessage();
            message.setIntProperty("number", i);
            message.writeBytes(body);
            producer.send(queue, message);
        }
    }

    /** Receives all, in order; returns how many. */
    private static int receive(JMSContext context, Queue queue, int messages) throws JMSException {
        int received = 0;
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            for (Message m = consumer.receive(10_000);
                    m != null;
                    m = received < messages ? consumer.receive(10_000) : null) {
                assertThat(m.getIntProperty("number")).isEqualTo(received);
                received++;
            }
        }
        return received;
    }

    /** The only branch there is. */
    private static final class OneBranch implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {1};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {2};
        }
    }

    /** Another producer, which waits for each of its messages to be stored. */
    private static final class Neighbour extends Thread {

        private final String url;
        private final AtomicReference<String> over = new AtomicReference<>();
        private long[] times = new long[1024];
        private int count;
        private final CountDownLatch warm = new CountDownLatch(ALONE);
        private volatile boolean ended;

        Neighbour(String url) {
            super("neighbour");
            this.url = url;
        }

        @Override
        public void run() {
            try (JMSContext context = new QuoinConnectionFactory(url).createContext()) {
                Queue queue = context.createQueue("neighbour");
                JMSProducer producer = context.createProducer();
                while (!ended) {
                    long began = System.nanoTime();
                    producer.send(queue, "message");
                    add(System.nanoTime() - began);
                    warm.countDown();
                    String phase = over.getAndSet(null);
                    if (phase != null) {
                        print(phase);
                    }
                }
            }
        }

        private void add(long nanos) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = nanos;
        }

        private void print(String phase) {
            Arrays.sort(times, 0, count);
            System.out.printf(
                    Locale.ROOT,
                    "neighbour %s: %d sends, 50 %% %d us, 99 %% %d us, longest %d us%n",
                    phase,
                    count,
                    times[count / 2] / 1_000,
                    times[count - 1 - count / 100] / 1_000,
                    times[count - 1] / 1_000);
            count = 0;
        }

        /** What was measured so far was {@code phase}. */
        void next(String phase) {
            over.set(phase);
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }
    }
}
