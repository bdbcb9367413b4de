// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Place;
import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clients that fetch, at the end of a simulation, whatever still waits in a queue or durable subscription. */
final class Sweeper {

    private final ServerView view;
    private final SimClient.Surroundings surroundings;
    private final Trace trace;
    private final TransactionManager manager;
    private final Chance chance;
    private final Map<String, Script> byClientId = new LinkedHashMap<>();
    private final Set<Place> known = new HashSet<>();
    private Destinations destinations = new Destinations();

    Sweeper(
            ServerView view,
            SimClient.Surroundings surroundings,
            Trace trace,
            TransactionManager manager,
            Chance chance) {
        this.manager = manager;
        this.view = view;
        this.surroundings = surroundings;
        this.trace = trace;
        this.chance = chance;
    }

    /** One client for each client id that has a durable subscription, and one for the rest, the first; all are connecting. */
    List<Script> scripts(Destinations used) {
        destinations = used;
        script(null);
        for (Place place : view.remaining()) {
            known.add(place);
            SimClient client = script(place.clientId()).client();
            if (place.topic == null) {
                client.later(() -> openQueue(client, place));
            } else {
                client.later(() -> openSubscription(client, place));
            }
        }
        return new ArrayList<>(byClientId.values());
    }

    /** Opens what has come since then: dead letters of branches that were rolled back late. */
    void openNew() {
        for (Place place : view.remaining()) {
            if (place.topic == null && known.add(place)) {
                openQueue(script(null).client(), place);
            }
        }
    }

    private Script script(@Nullable String clientId) {
        return byClientId.computeIfAbsent(clientId == null ? "" : clientId, id -> {
            SimClient client = new SimClient(
                    "sweeper" + id, id.isEmpty() ? null : id, 0, surroundings, view, trace, chance.split());
            client.connect(true);
            return new Script(client, destinations, manager, false, chance.split());
        });
    }

    private static void openQueue(SimClient client, Place place) {
        client.consuming.open(
                client.openSession(AcknowledgeMode.AUTO),
                new Consuming.Wanted(
                        Destinations.Named.plain(DestinationKind.QUEUE, place.name), 0, null, null, 0, 100, 1 << 20));
    }

    private static void openSubscription(SimClient client, Place place) {
        client.consuming.open(
                client.openSession(AcknowledgeMode.AUTO),
                new Consuming.Wanted(
                        Destinations.Named.plain(DestinationKind.TOPIC, place.topic),
                        FrameFlags.CONSUMER_DURABLE
                                | (place.shared ? FrameFlags.CONSUMER_SHARED : 0)
                                | (place.isNoLocal() ? FrameFlags.CONSUMER_NO_LOCAL : 0),
                        place.subscription,
                        place.selector(),
                        0,
                        100,
                        1 << 20));
    }
}
