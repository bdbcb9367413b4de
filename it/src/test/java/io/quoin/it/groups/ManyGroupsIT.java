// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Very many groups, and very many messages that wait for an administrator; each prints a line. Only with {@code -Plong}. */
@EnabledIfSystemProperty(named = "quoin.long", matches = "true")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ManyGroupsIT {
    @TempDir
    Path folder;

    @Test
    void aMillionGroupsLeaveNothingBehind() throws Exception {
        int groups = 1_000_000;
        int warmUp = 100_000;
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session sending = connection.createSession(Session.SESSION_TRANSACTED);
                Session receiving = connection.createSession()) {
            AtomicInteger received = new AtomicInteger();
            receiving
                    .createConsumer(receiving.createQueue("million"))
                    .setMessageListener(message -> received.incrementAndGet());
            connection.start();
            passThrough(sending, 0, warmUp, received);
            long before = liveBytes(server);
            long began = System.nanoTime();
            passThrough(sending, warmUp, warmUp + groups, received);
            double took = (System.nanoTime() - began) / 1e9;
            long after = liveBytes(server);
            Pairs.print(
                    "%d groups of one message each went through in %.0f s: %.1f MB live in the server's heap before, %.1f MB after",
                    groups, took, before / 1e6, after / 1e6);
            assertThat(after - before).as("bytes more in the heap").isLessThan(groups * 10L);
        }
    }

    private static void passThrough(Session sending, int from, int to, AtomicInteger received) throws JMSException {
        MessageProducer producer = sending.createProducer(sending.createQueue("million"));
        for (int i = from; i < to; i++) {
            Message message = sending.createMessage();
            message.setStringProperty("JMSXGroupID", "one of very many, " + i);
            producer.send(message);
            if (i % 1_000 == 999) {
                sending.commit();
                int enough = i - 20_000;
                GroupLoad.within(30, "messages are received", () -> received.get() > enough);
            }
        }
        GroupLoad.within(30, "all messages are received", () -> received.get() == to);
    }

    /** What is live in the heap of a server, after a full collection. */
    private static long liveBytes(ServerProcess of) {
        JavaProcess.Ended ended = JavaProcess.run(
                new byte[0],
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(of.process().pid()),
                        "GC.class_histogram"));
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        String total = ended.output()
                .lines()
                .filter(l -> l.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.trim().split(" +")[2]);
    }

    /** What comes behind is not persistent; so it is in the same lane, or the server has two lanes to merge. */
    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.NON_PERSISTENT, DeliveryMode.PERSISTENT})
    void parkedGroupsAtTheHeadDoNotSlowDispatch(int mode) throws Exception {
        int parked = 100_000;
        int parkedGroups = 100;
        String options = "?onGroupPoison=park&maxDeliveries=1";
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                Poison poison = new Poison();
                GroupLoad with = new GroupLoad(
                        server.url(),
                        "with-parked" + options,
                        GroupLoad.names(64),
                        GroupLoad.Kind.GROUPED,
                        16,
                        poison);
                GroupLoad without = new GroupLoad(
                        server.url(),
                        "without-parked",
                        GroupLoad.names(64),
                        GroupLoad.Kind.GROUPED,
                        16,
                        GroupLoad.Hook.NONE);
                Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session sending = connection.createSession(Session.SESSION_TRANSACTED)) {
            MessageProducer producer = sending.createProducer(sending.createQueue("with-parked" + options));
            producer.setDeliveryMode(mode);
            for (int i = 0; i < parked; i++) {
                Message message = sending.createMessage();
                message.setStringProperty("JMSXGroupID", "parked-" + i % parkedGroups);
                message.setIntProperty("number", i / parkedGroups);
                producer.send(message);
                if (i % 1_000 == 999) {
                    sending.commit();
                }
            }
            sending.commit();
            with.joinBy(2);
            without.joinBy(2);
            GroupLoad.within(60, "all are parked", () -> poison.failures.get() == parkedGroups);
            Pairs pairs = Pairs.measure(server, with, without, pair -> {});
            double[] anew = {with.joinAnew(), without.joinAnew()};
            assertThat(poison.seen).as("messages of parked groups").isEmpty();
            Pairs.print(
                    "%d %s messages of %d parked groups at the head: throughput of other groups, median of %d ratios %.2f, time of processors for a message %.2f; the first message of the only consumer, which joins anew, after %.0f ms (without them %.0f ms)",
                    parked,
                    mode == DeliveryMode.PERSISTENT ? "persistent" : "non-persistent",
                    parkedGroups,
                    Pairs.COUNT,
                    pairs.throughput(),
                    pairs.cpu(),
                    anew[0] * 1_000,
                    anew[1] * 1_000);
        }
    }
}
