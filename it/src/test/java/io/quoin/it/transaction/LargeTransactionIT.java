// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.it.transaction.Neighbour.Phase;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction that is larger than the server's heap is rolled back, committed, received in one transaction, and lost with the
 * server, while another producer goes on. The ordinary form sends 96 MB, the long one 500 MB three times.
 */
class LargeTransactionIT {

    private static final int MESSAGE_BYTES = 16 * 1024;
    private static final int MESSAGES = (Boolean.getBoolean("quoin.long") ? 500_000_000 : 96_000_000) / MESSAGE_BYTES;
    private static final int BRANCH_MESSAGES = 3_000;
    private static final int ROUNDS = Boolean.getBoolean("quoin.long") ? 3 : 1;
    private static final int SMALL_MESSAGES = 20_000;
    private static final int SMALL_ROUNDS = Boolean.getBoolean("quoin.long") ? 20 : 3;
    /** Sends of the neighbour before it is measured. */
    private static final int WARM_UP = 1_000;
    /** Its sends between any two phases. */
    private static final int CALM = 100;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void needsNoMemoryForItsMessages() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), List.of("-Xmx64m"));
                JMSContext context =
                        new QuoinConnectionFactory(server.url()).createContext(JMSContext.SESSION_TRANSACTED)) {
            Neighbour neighbour = new Neighbour(server.url());
            neighbour.start();
            neighbour.calm(WARM_UP);
            Queue queue = context.createQueue("large");
            for (int round = 0; round < ROUNDS; round++) {
                neighbour.during(Phase.SENDING);
                send(context, queue);
                neighbour.calm(CALM);
                neighbour.during(Phase.ROLLING_BACK);
                context.rollback();
                neighbour.calm(CALM);

                neighbour.during(Phase.SENDING);
                send(context, queue);
                neighbour.calm(CALM);
                neighbour.during(Phase.COMMITTING);
                context.commit();
                neighbour.calm(CALM);

                neighbour.during(Phase.RECEIVING);
                assertThat(receive(context, queue, MESSAGES)).isEqualTo(MESSAGES);
                neighbour.calm(CALM);
                neighbour.during(Phase.ACKNOWLEDGING);
                context.commit();
                neighbour.calm(CALM);
            }
            neighbour.end("a transaction of " + MESSAGES + " messages of 16 KiB at -Xmx64m");

            send(context, queue);
            server.kill();
            server.restart();
            try (JMSContext after = new QuoinConnectionFactory(server.url()).createContext()) {
                assertThat(after.createConsumer(queue).receive(200)).isNull();
            }
        }
    }

    /** What counts for the length of a commit or rollback is the number of messages: here it is over many times. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void othersGoOnWhileManyMessagesAreCommittedAndRolledBack() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("small"), List.of("-Xmx64m"));
                JMSContext context =
                        new QuoinConnectionFactory(server.url()).createContext(JMSContext.SESSION_TRANSACTED)) {
            Neighbour neighbour = new Neighbour(server.url());
            neighbour.start();
            neighbour.calm(WARM_UP);
            Queue queue = context.createQueue("small?maxDeliveries=0");
            for (int round = 0; round < SMALL_ROUNDS; round++) {
                neighbour.during(Phase.SENDING);
                send(context, queue, SMALL_MESSAGES, 16);
                neighbour.calm(CALM);
                neighbour.during(Phase.COMMITTING);
                context.commit();
                neighbour.calm(CALM);

                neighbour.during(Phase.RECEIVING);
                try (JMSConsumer consumer = context.createConsumer(queue)) {
                    assertThat(receive(consumer, SMALL_MESSAGES)).isEqualTo(SMALL_MESSAGES);
                    neighbour.calm(CALM);
                    neighbour.during(Phase.ROLLING_BACK_WHAT_WAS_RECEIVED);
                    context.rollback();
                    neighbour.during(Phase.RECEIVING);
                    assertThat(receive(consumer, SMALL_MESSAGES)).isEqualTo(SMALL_MESSAGES);
                }
                neighbour.calm(CALM);
                neighbour.during(Phase.ACKNOWLEDGING);
                context.commit();
            }
            neighbour.end("transactions of " + SMALL_MESSAGES + " small messages");
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
        send(context, queue, messages, MESSAGE_BYTES);
    }

    private static void send(JMSContext context, Queue queue, int messages, int bytes) throws JMSException {
        JMSProducer producer = context.createProducer();
        byte[] body = new byte[bytes];
        for (int i = 0; i < messages; i++) {
            BytesMessage message = context.createBytesMessage();
            message.setIntProperty("number", i);
            message.writeBytes(body);
            producer.send(queue, message);
        }
    }

    /** Receives all, in order; returns how many. */
    private static int receive(JMSContext context, Queue queue, int messages) throws JMSException {
        try (JMSConsumer consumer = context.createConsumer(queue)) {
            return receive(consumer, messages);
        }
    }

    private static int receive(JMSConsumer consumer, int messages) throws JMSException {
        int received = 0;
        for (Message m = consumer.receive(10_000);
                m != null;
                m = received < messages ? consumer.receive(10_000) : null) {
            assertThat(m.getIntProperty("number")).isEqualTo(received);
            received++;
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
}
