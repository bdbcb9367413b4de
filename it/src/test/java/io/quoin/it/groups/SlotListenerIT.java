// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinMessageConsumer;
import io.quoin.jms.SlotListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentHashMap.KeySetView;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What applications hear of their slots, over connections to a server in another process, as consumers and the server come and go. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlotListenerIT {
    private static final int GROUPS = 100;
    private static final double SOON_S = 20;

    @TempDir
    static Path folder;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** A consumer with a connection of its own, which keeps the set of its slots as it is told. */
    private static final class Listening implements SlotListener, AutoCloseable {
        final KeySetView<Integer, Boolean> slots = ConcurrentHashMap.newKeySet();
        final List<String> contradictions = Collections.synchronizedList(new ArrayList<>());
        final Connection connection;
        final QuoinMessageConsumer consumer;

        Listening(String queue) throws JMSException {
            connection = new QuoinConnectionFactory(server.url()).createConnection();
            Session session = connection.createSession();
            consumer = (QuoinMessageConsumer) session.createConsumer(session.createQueue(queue));
            consumer.setSlotListener(this);
            consumer.setMessageListener(message -> {});
            connection.start();
        }

        @Override
        public void assigned(int slot) {
            if (!slots.add(slot)) {
                contradictions.add(slot + " is assigned twice");
            }
        }

        @Override
        public void revoked(int slot) {
            if (!slots.remove(slot)) {
                contradictions.add(slot + " is revoked and was not assigned");
            }
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }

    private static void send(String queue) throws JMSException {
        try (Connection connection = new QuoinConnectionFactory(server.url()).createConnection();
                Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            for (int group = 0; group < GROUPS; group++) {
                Message message = session.createMessage();
                message.setStringProperty("JMSXGroupID", "group-" + group);
                producer.send(message);
            }
        }
    }

    private static Set<Integer> slotsOfAll(Listening one) {
        return GroupLoad.names(GROUPS).stream().map(one.consumer::slotOf).collect(Collectors.toSet());
    }

    /** Every slot of a group is at one of these and at no other, and each has a good part of them. */
    private static void awaitShared(Listening... all) {
        Set<Integer> wanted = slotsOfAll(all[0]);
        GroupLoad.within(SOON_S, "every slot has one home among " + all.length, () -> {
            List<Integer> told = new ArrayList<>();
            for (Listening one : all) {
                told.addAll(one.slots);
            }
            return told.size() == wanted.size() && Set.copyOf(told).equals(wanted);
        });
        for (Listening one : all) {
            assertThat(one.contradictions).isEmpty();
            assertThat(one.slots).hasSizeGreaterThan(wanted.size() / all.length / 2);
        }
    }

    @Test
    void slotsAreAssignedAndRevokedAsConsumersComeAndGo() throws Exception {
        try (Listening first = new Listening("shared")) {
            send("shared");
            awaitShared(first);
            try (Listening second = new Listening("shared")) {
                awaitShared(first, second);
            }
            awaitShared(first);
        }
    }

    @Test
    void afterARestartOfTheServerTheyAreToldAnew() throws Exception {
        try (Listening first = new Listening("restarted");
                Listening second = new Listening("restarted")) {
            send("restarted");
            awaitShared(first, second);

            server.kill();
            server.restart();
            send("restarted");

            awaitShared(first, second);
        }
    }
}
