// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.protocol.codec.Result;
import io.quoin.server.core.queue.Permit;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random clients with strict delivery, killed and coming back, on a server that is stopped, crashed and restored: no message is
 * handed out twice unless its application gave it back or somebody decided so, and the durable state is that of its log.
 */
class StrictModelTest {

    private static final int S = 1;
    private static final int STEPS = 400;
    private static final int SEEDS = Boolean.getBoolean("quoin.long") ? 2_000 : 50;

    static LongStream seeds() {
        long one = Long.getLong("quoin.seed", 0);
        return one != 0 ? LongStream.of(one) : LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsHandedOutTwice(long seed) throws Refusal {
        Run run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            run.step();
        }
        run.end();
    }

    /** A client, which survives restarts of the server, and what its application has in hand. */
    private static final class Peer {
        private final UUID id;
        private TestClient client;
        /** What has arrived and was not handed out, by tag: the arrival. */
        private final TreeMap<Long, Long> waiting = new TreeMap<>();
        /** What the application has in hand, by tag. */
        private final TreeMap<Long, Long> inHand = new TreeMap<>();

        private long handedOut;
        private long received;

        private Peer(UUID id) {
            this.id = id;
        }
    }

    private static final class Run {
        private final SplittableRandom random;
        private final int window;
        private TestServer server = new TestServer();
        private final List<Peer> peers = new ArrayList<>();
        private TestClient producer;
        private long lastClient = 100;
        private long sent;
        /** Messages that may be handed out: new ones, and those that were given back or are to be tried again. */
        private final Set<Long> fresh = new HashSet<>();

        private final Map<Long, Peer> hands = new HashMap<>();
        private MemorySnapshot snapshot;

        Run(long seed) throws Refusal {
            random = new SplittableRandom(seed);
            window = 1 + random.nextInt(6);
            connectProducer();
            for (int i = 0; i < 3; i++) {
                peers.add(connected());
            }
        }

        private void connectProducer() throws Refusal {
            producer = server.client(new UUID(9, ++lastClient));
            producer.session(S, AcknowledgeMode.AUTO);
        }

        private int queue(TestClient of) {
            return of.alias(DestinationKind.QUEUE, "q", "delivery=strict&strictWindow=" + window);
        }

        private Peer connected() throws Refusal {
            Peer peer = new Peer(new UUID(8, ++lastClient));
            open(peer, 20);
            return peer;
        }

        private void open(Peer peer, long credit) throws Refusal {
            peer.client = server.client(peer.id);
            peer.client.session(S, AcknowledgeMode.AUTO);
            peer.client.consume(S, 1, queue(peer.client), 0, null, null, credit);
        }

        void step() throws Refusal {
            Peer peer = peers.get(random.nextInt(peers.size()));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3 -> send();
                case 4, 5, 6, 7, 8 -> handOut(peer);
                case 9, 10, 11 -> acknowledge(peer);
                case 12 -> recover(peer);
                case 13 -> want(peer);
                case 14 -> kill(peer);
                case 15 -> resolve();
                case 16 -> snapshot = MemorySnapshot.of(server.broker, flushed(), snapshot);
                case 17 -> restart(random.nextBoolean());
                case 18 -> leave(peer);
                default -> server.pass(random.nextInt(400));
            }
            settle();
        }

        private long flushed() {
            server.flush();
            return server.log.appended();
        }

        /** Reads what has arrived. */
        private static void read(Peer peer) {
            for (RecordingOutlet.Delivered d : peer.client.take()) {
                peer.waiting.put(d.tag(), d.arrival());
                peer.received = d.tag();
            }
        }

        private void settle() {
            server.settle();
            for (Peer peer : peers) {
                read(peer);
                peer.client
                        .server
                        .broker
                        .messages()
                        .credit(peer.client.c, S, 1, peer.received + 20, Long.MAX_VALUE, peer.handedOut);
            }
            server.settle();
            for (Peer peer : peers) {
                for (long arrival : peer.inHand.values()) {
                    Permit permit =
                            server.broker.groups().messages("q").permits().find(4, arrival);
                    assertThat(permit)
                            .as("permit of message " + arrival + ", which is in hand")
                            .isNotNull();
                    assertThat(permit.isOf(peer.id, 1) && !permit.inDoubt())
                            .as("%s of %s", permit, peer.id)
                            .isTrue();
                }
            }
            if (random.nextInt(25) == 0) {
                assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
            }
        }

        private void send() {
            int grouped = random.nextInt(3);
            TestClient.Sent how = TestClient.sent();
            producer.send(S, queue(producer), "m", grouped == 0 ? how : how.group("g" + grouped));
            fresh.add(++sent);
        }

        /** The next message that is permitted: to be handed out, it must be nobody's. */
        private void handOut(Peer peer) {
            long permitted = peer.client.out.permitted.getOrDefault(1, 0L);
            if (peer.waiting.isEmpty() || peer.waiting.firstKey() > permitted) {
                return;
            }
            long tag = peer.waiting.firstKey();
            long arrival = peer.waiting.remove(tag);
            assertThat(fresh.remove(arrival))
                    .as("message " + arrival + " was handed out before")
                    .isTrue();
            peer.inHand.put(tag, arrival);
            peer.handedOut = tag;
            hands.put(arrival, peer);
        }

        private void acknowledge(Peer peer) {
            if (!peer.inHand.isEmpty()) {
                long tag = peer.inHand.firstKey();
                hands.remove(peer.inHand.remove(tag));
                peer.client.ack(S, 1, tag, tag);
            }
        }

        private void recover(Peer peer) {
            read(peer); // What came before the answer is stale.
            peer.client.recover(S, new Handed(1, peer.handedOut));
            giveBack(peer);
        }

        /** The application decides that what it has in hand comes again. */
        private void giveBack(Peer peer) {
            for (long arrival : peer.inHand.values()) {
                hands.remove(arrival);
                fresh.add(arrival);
            }
            peer.inHand.clear();
            peer.waiting.clear();
        }

        private void want(Peer peer) {
            if (!peer.inHand.isEmpty()) {
                server.broker.messages().permitWanted(peer.client.c, 1, peer.handedOut);
            }
        }

        /** What it has in hand is in doubt from now on; so may be what it was permitted. */
        private void kill(Peer peer) throws Refusal {
            server.broker.connections().disconnected(peer.client.c);
            server.pass(1_000);
            for (long arrival : peer.inHand.values()) {
                assertThat(isInDoubt(arrival))
                        .as("message " + arrival + " that was in hand")
                        .isTrue();
                hands.remove(arrival);
            }
            peers.set(peers.indexOf(peer), connected());
        }

        private boolean isInDoubt(long arrival) {
            return doubts().stream().anyMatch(doubt -> doubt.arrival() == arrival);
        }

        private List<DoubtInfo> doubts() {
            try {
                return server.broker.doubts().list(null);
            } catch (Refusal e) {
                throw new IllegalStateException(e);
            }
        }

        private void leave(Peer peer) throws Refusal {
            peer.client.closeSession(S, new Handed(1, peer.handedOut));
            giveBack(peer);
            peers.set(peers.indexOf(peer), connected());
        }

        private void resolve() throws Refusal {
            for (DoubtInfo doubt : doubts()) {
                boolean retry = random.nextBoolean();
                server.broker
                        .doubts()
                        .resolve("q", String.valueOf(doubt.id()), retry ? Resolution.RETRY : Resolution.CONSUMED);
                if (retry) {
                    fresh.add(doubt.arrival());
                } else {
                    fresh.remove(doubt.arrival());
                }
            }
        }

        /** The server starts anew; every client comes back, or has died with it. */
        private void restart(boolean clean) throws Refusal {
            long former = server.broker.bootNumber();
            if (clean) {
                server.broker.stopping();
                server.broker.stopped();
            }
            server = server.restarted(clean, snapshot);
            connectProducer();
            for (int i = 0; i < peers.size(); i++) {
                Peer peer = peers.get(i);
                if (random.nextInt(4) == 0) {
                    server.pass(AwaitedTemporaries.GRACE_MS + 1);
                    peer.inHand.values().forEach(hands::remove);
                    peers.set(i, connected());
                } else {
                    comeBack(peer, former);
                }
            }
        }

        private void comeBack(Peer peer, long former) throws Refusal {
            open(peer, 0);
            List<Frame.Claim> claims = new ArrayList<>();
            peer.inHand.forEach((tag, arrival) -> claims.add(new Frame.Claim(tag, 4, arrival)));
            int request = peer.client.request();
            server.broker
                    .messages()
                    .reclaim(peer.client.c, S, new Frame.Reclaim(request, true, 1, former, 1, peer.received, claims));
            assertThat(peer.client.out.results.get(request)).isEqualTo(new Result.Reclaimed(List.of()));
            peer.waiting.clear();
            peer.client.out.permitted.clear();
        }

        void end() throws Refusal {
            for (Peer peer : List.copyOf(peers)) {
                leave(peer);
                settle();
            }
            resolve();
            settle();
            assertThat(doubts()).isEmpty();
            for (int i = 0; i < 10_000 && !fresh.isEmpty(); i++) {
                Peer peer = peers.get(i % peers.size());
                handOut(peer);
                acknowledge(peer);
                if (i % 50 == 0) {
                    settle();
                }
            }
            assertThat(fresh).isEmpty();
            settle();
            assertThat(server.broker.queue("q").stats().depth()).isZero();
        }
    }
}
