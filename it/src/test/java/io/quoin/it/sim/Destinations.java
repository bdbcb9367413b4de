// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Place;
import io.quoin.protocol.DestinationKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The queues and topics of one simulation, with the options that everybody names when using them. */
final class Destinations {

    /** One of them. */
    record Named(
            DestinationKind kind, String name, @Nullable String options, Place.Limits limits) {

        /** One whose options are not said. */
        static Named plain(DestinationKind kind, String name) {
            return new Named(kind, name, null, Place.Limits.DEFAULT);
        }

        boolean isQueue() {
            return kind == DestinationKind.QUEUE || kind == DestinationKind.TEMPORARY_QUEUE;
        }
    }

    /** All topics but the temporary ones, as their subscribers may say. */
    static final Named EVERY_TOPIC = Named.plain(DestinationKind.TOPIC, Place.EVERY_TOPIC);

    final List<Named> all = new ArrayList<>();

    /** As many and such as chance has it. */
    static Destinations random(Chance chance) {
        Destinations destinations = new Destinations();
        int queues = chance.between(1, 3);
        for (int i = 0; i < queues; i++) {
            destinations.add(DestinationKind.QUEUE, "q" + i, chance);
        }
        int topics = chance.between(0, 2);
        for (int i = 0; i < topics; i++) {
            destinations.add(DestinationKind.TOPIC, "t" + i, chance);
        }
        return destinations;
    }

    private void add(DestinationKind kind, String name, Chance chance) {
        Place.Limits usual = Place.Limits.DEFAULT;
        int maxDeliveries = chance.in(0.5) ? usual.maxDeliveries() : chance.between(2, 4);
        int groupSlots = chance.in(0.7) ? usual.groupSlots() : chance.between(1, 8);
        List<String> options = new ArrayList<>();
        if (maxDeliveries != usual.maxDeliveries()) {
            options.add("maxDeliveries=" + maxDeliveries);
        }
        if (groupSlots != usual.groupSlots()) {
            options.add("groupSlots=" + groupSlots);
        }
        all.add(new Named(
                kind,
                name,
                options.isEmpty() ? null : String.join("&", options),
                new Place.Limits(maxDeliveries, groupSlots)));
    }

    Map<String, Place.Limits> limits() {
        Map<String, Place.Limits> byName = new LinkedHashMap<>();
        all.forEach(d -> byName.put(d.name, d.limits));
        return byName;
    }

    List<Named> queues() {
        return all.stream().filter(Named::isQueue).toList();
    }

    List<Named> topics() {
        return all.stream().filter(d -> !d.isQueue()).toList();
    }
}
