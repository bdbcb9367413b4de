// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Consumers and the server are killed under load: no listener sees a message twice, what was in a listener's hands when it
 * died is in doubt, and so are at most {@code strictWindow} messages more a session. {@code -Dquoin.kills=N} kills that many
 * consumers and a fifth as many servers.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class StrictDeliveryIT {

    private static final int KILLS = Integer.getInteger("quoin.kills", Boolean.getBoolean("quoin.long") ? 100 : 20);
    /** In the ordinary run nobody is killed any more after so long, unless the number of kills was asked for. */
    private static final long ORDINARY_NS = TimeUnit.SECONDS.toNanos(15);

    private static final boolean IS_BOUNDED =
            Integer.getInteger("quoin.kills") == null && !Boolean.getBoolean("quoin.long");
    private static final int WINDOW = 32;
    private static final String QUEUE = "strict";
    private static final String DECLARED = QUEUE + "?delivery=strict&strictWindow=" + WINDOW;
    private static final int SESSIONS = 2;
    private static final long KILL_WITHIN_MS = 200;
    private static final int UNCONFIRMED_MAX = 500;
    private static final Pattern IN_DOUBT = Pattern.compile("ID:[0-9a-f]+-[0-9]+");

    @TempDir
    Path folder;

    private ServerProcess server;
    private final List<Path> logs = new ArrayList<>();
    private int kills;

    @Test
    void noListenerSeesAMessageTwice() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int inHand = 0;
        int serverKills = 0;
        try (ServerProcess started = ServerProcess.start(folder.resolve("data"));
                Load load = new Load(started.url())) {
            server = started;
            long beganNs = System.nanoTime();
            while (kills < KILLS && !(IS_BOUNDED && serverKills > 0 && System.nanoTime() - beganNs > ORDINARY_NS)) {
                Path log = log();
                boolean andServer = kills++ % 5 == 4;
                killWhileItWorks(log, random, andServer);
                serverKills += andServer ? 1 : 0;
                inHand += Seen.of(log).inHand().size();
            }
            Set<String> sent = load.stop();
            drain(load.confirmed());
            check(sent, load.confirmed(), inHand, serverKills, seed);
        }
    }

    private Path log() {
        Path log = folder.resolve("consumer-" + logs.size() + ".log");
        logs.add(log);
        return log;
    }

    private void killWhileItWorks(Path log, SplittableRandom random, boolean andServer) throws IOException {
        Process consumer = begin(log);
        try {
            park(random.nextLong(KILL_WITHIN_MS));
            if (andServer) {
                server.kill();
                server.restart();
                // Work goes on: what the listeners have is still theirs.
                int before = Seen.of(log).begun.size();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> Seen.of(log).begun.size() > before + WINDOW);
                park(random.nextLong(KILL_WITHIN_MS));
            }
        } finally {
            consumer.destroyForcibly().onExit().join();
        }
    }

    private Process begin(Path log) throws IOException {
        Process consumer = JavaProcess.begin(
                StrictConsumer.class, server.url(), DECLARED, log.toString(), Integer.toString(SESSIONS), "300");
        BufferedReader lines = consumer.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).as("first line of the consumer").isEqualTo("working");
        return consumer;
    }

    /** The moment of the kill is what is tried, so nothing is waited for. */
    private static void park(long ms) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** A last consumer gets all that is not in doubt, and ends in an orderly way. */
    private void drain(Set<String> confirmed) throws Exception {
        Process last = begin(log());
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> isSettled(confirmed));
        last.getOutputStream().close();
        assertThat(last.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Whether all has been seen, or is in doubt. */
    private boolean isSettled(Set<String> confirmed) throws IOException {
        Set<String> left = new HashSet<>(confirmed);
        left.removeAll(Seen.of(logs.toArray(Path[]::new)).begun.keySet());
        if (left.size() > kills * SESSIONS * WINDOW) {
            return false;
        }
        left.removeAll(inDoubt());
        return left.isEmpty();
    }

    private void check(Set<String> sent, Set<String> confirmed, int inHandSum, int serverKills, long seed)
            throws Exception {
        Seen all = Seen.of(logs.toArray(Path[]::new));
        Set<String> parked = inDoubt();
        Set<String> inHand = all.inHand();
        System.out.println(kills + " kills of consumers and " + serverKills + " of the server, " + sent.size()
                + " messages sent, " + all.begun.size() + " seen, " + inHand.size() + " in hands when a consumer died, "
                + parked.size() + " in doubt, seed " + seed);
        assertThat(all.twice()).as("seen twice").isEmpty();
        assertThat(parked).as("in doubt").containsAll(inHand);
        assertThat(inHandSum).isEqualTo(inHand.size());
        assertThat(parked.size() - inHand.size())
                .as("in doubt beyond what was in hands")
                .isLessThanOrEqualTo(kills * SESSIONS * WINDOW);
        Set<String> found = new HashSet<>(all.begun.keySet());
        found.addAll(parked);
        assertThat(found).as("seen or in doubt").containsAll(confirmed);
        retryAll(parked, all);
    }

    /** What is decided to be tried again comes exactly once more. */
    private void retryAll(Set<String> parked, Seen before) throws Exception {
        quoin("doubt", "resolve", QUEUE, "retry", "--all");
        assertThat(inDoubt()).isEmpty();
        Path log = log();
        Process last = begin(log);
        await().atMost(Duration.ofMinutes(1)).until(() -> Seen.of(log).ended.size() >= parked.size());
        last.getOutputStream().close();
        assertThat(last.waitFor(30, TimeUnit.SECONDS)).isTrue();
        Seen again = Seen.of(log);
        assertThat(again.begun.keySet()).isEqualTo(parked);
        assertThat(again.twice()).isEmpty();
        assertThat(before.begun).isNotEmpty();
    }

    private Set<String> inDoubt() {
        Set<String> ids = new HashSet<>();
        int before;
        do {
            before = ids.size();
            Matcher matcher = IN_DOUBT.matcher(quoin("doubt", "ls", "--json", "--skip", Integer.toString(before)));
            while (matcher.find()) {
                ids.add(matcher.group());
            }
        } while (ids.size() > before);
        return ids;
    }

    private String quoin(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", server.url()));
        JavaProcess.Ended ended = JavaProcess.quoin(all.toArray(String[]::new));
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return ended.output();
    }

    /** A producer that sends all the time, whatever happens to the server. */
    private static final class Load implements AutoCloseable, CompletionListener {

        private final Set<String> sent = ConcurrentHashMap.newKeySet();
        private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
        private final Semaphore room = new Semaphore(UNCONFIRMED_MAX);
        private final Connection connection;
        private final Thread thread = new Thread(this::run, "load");
        private volatile boolean stopping;

        Load(String url) throws JMSException {
            connection = new QuoinConnectionFactory(url).createConnection();
            thread.start();
        }

        private void run() {
            try (Session session = connection.createSession()) {
                MessageProducer producer = session.createProducer(session.createQueue(DECLARED));
                producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                for (int number = 0; !stopping; number++) {
                    room.acquireUninterruptibly();
                    Message message = session.createTextMessage("message " + number);
                    producer.send(message, this);
                    park(number % 2 == 0 ? 1 : 0);
                }
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onCompletion(Message message) {
            try {
                sent.add(message.getJMSMessageID());
                confirmed.add(message.getJMSMessageID());
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            } finally {
                room.release();
            }
        }

        @Override
        public void onException(Message message, Exception exception) {
            room.release();
        }

        Set<String> confirmed() {
            return confirmed;
        }

        /** Stops sending, and returns when every send has its outcome. */
        Set<String> stop() throws InterruptedException {
            stopping = true;
            thread.join();
            return sent;
        }

        @Override
        public void close() throws Exception {
            stop();
            connection.close();
        }
    }
}
