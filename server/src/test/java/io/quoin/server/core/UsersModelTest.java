// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.UserStored;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Users against a map: whatever is added, changed and removed, and however often the server is killed in between. */
class UsersModelTest {

    private static final String[] NAMES = {"ada", "bob", "eve", "zoë", "a b", "x=y,z"};

    /** A user as the map has it. */
    private record User(boolean administrator, ScramKeys keys) {}

    private final TreeMap<String, User> model = new TreeMap<>();
    private TestServer server = new TestServer();
    private MemorySnapshot snapshot;

    @Property(tries = 15)
    void usersAreThoseOfTheModelAfterAnySteps(@ForAll long seed) throws Refusal {
        UsersModelTest run = new UsersModelTest();
        Random random = new Random(seed);
        for (int step = 0; step < 100; step++) {
            run.step(random);
            run.check();
        }
    }

    private void step(Random random) throws Refusal {
        String name = NAMES[random.nextInt(NAMES.length)];
        ScramKeys keys = ScramKeys.ofNobody(new byte[] {1}, "" + random.nextInt(), Scram.MIN_ITERATIONS);
        ClientConnection asker = server.client().c;
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                boolean done = tried(() -> server.broker.users().add(name, keys, Bytes.of(new byte[32])));
                assertThat(done).isEqualTo(!model.containsKey(name));
                model.putIfAbsent(name, new User(model.isEmpty(), keys));
            }
            case 3 -> {
                boolean done = tried(() -> server.broker.users().password(asker, name, keys));
                assertThat(done).isEqualTo(model.containsKey(name));
                model.computeIfPresent(name, (n, user) -> new User(user.administrator, keys));
            }
            case 4, 5 -> {
                boolean lastMayGo = random.nextBoolean();
                User user = model.get(name);
                boolean may = user != null && (model.size() == 1 ? lastMayGo : !user.administrator);
                assertThat(tried(() -> server.broker.users().remove(asker, name, lastMayGo)))
                        .isEqualTo(may);
                if (may) {
                    model.remove(name);
                }
            }
            case 6 -> takeSnapshot();
            default -> {
                server.flush();
                server = server.restarted(random.nextBoolean(), random.nextBoolean() ? snapshot : null);
            }
        }
    }

    private void check() {
        assertThat(server.broker.users().all())
                .extracting(UserStored::name)
                .containsExactlyElementsOf(new ArrayList<>(model.keySet()));
        for (UserStored user : server.broker.users().all()) {
            assertThat(new User(user.administrator(), user.keys())).isEqualTo(model.get(user.name()));
        }
        assertThat(model.values().stream().filter(User::administrator).count()).isEqualTo(model.isEmpty() ? 0 : 1);
        assertThat(server.broker.users().isEmpty()).isEqualTo(model.isEmpty());
    }

    private void takeSnapshot() {
        server.flush();
        snapshot = new MemorySnapshot(server.log.appended(), null);
        server.broker.beginSnapshot(snapshot);
        while (!server.broker.snapshotStep(100)) {
            // the next blocks
        }
        server.broker.endSnapshot();
        assertThat(server.copy(snapshot).digest()).isEqualTo(server.broker.digest());
    }

    private interface Attempt {
        void run() throws Refusal;
    }

    private static boolean tried(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (Refusal e) {
            return false;
        }
    }
}
