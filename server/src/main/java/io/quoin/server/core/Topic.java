// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.DestinationKind;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.DestinationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic with its subscriptions. Messages are in the subscriptions, not here.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Topic implements Destination {

    private final DestinationCreated created;
    private final DestinationOptions options;
    /** In the order of their numbers, which is that of the bits in a record's bitmap. */
    private final List<Subscription> durable = new ArrayList<>();
    /** In the order in which they came. */
    private final List<Subscription> nonDurable = new ArrayList<>();

    private int version;
    private int durableFiltered;
    private int nonDurableFiltered;
    private @Nullable ClientConnection owner;
    private boolean isGone;

    Topic(DestinationCreated created, DestinationOptions options) {
        this.created = created;
        this.options = options;
    }

    @Override
    public int number() {
        return created.number();
    }

    @Override
    public String name() {
        return created.name();
    }

    @Override
    public DestinationKind kind() {
        return created.kind();
    }

    @Override
    public DestinationOptions options() {
        return options;
    }

    @Override
    public @Nullable ClientConnection owner() {
        return owner;
    }

    @Override
    public void owner(ClientConnection connection) {
        owner = connection;
    }

    @Override
    public boolean isGone() {
        return isGone;
    }

    @Override
    public boolean isDurable() {
        return created.number() > 0;
    }

    void gone() {
        isGone = true;
    }

    List<Subscription> durable() {
        return durable;
    }

    List<Subscription> nonDurable() {
        return nonDurable;
    }

    /** Of the set of durable subscriptions; each change raises it. */
    int version() {
        return version;
    }

    /** Durable subscriptions that do not take every message. */
    int durableFiltered() {
        return durableFiltered;
    }

    /** Non-durable subscriptions that do not take every message. */
    int nonDurableFiltered() {
        return nonDurableFiltered;
    }

    /** Restores what a snapshot says. */
    void version(int restored) {
        version = restored;
    }

    void add(Subscription subscription) {
        if (subscription.isDurable()) {
            durable.add(subscription);
            version++;
            durableFiltered += subscription.isFiltered() ? 1 : 0;
        } else {
            nonDurable.add(subscription);
            nonDurableFiltered += subscription.isFiltered() ? 1 : 0;
        }
    }

    void remove(Subscription subscription) {
        if (durable.remove(subscription)) {
            version++;
            durableFiltered -= subscription.isFiltered() ? 1 : 0;
        } else if (nonDurable.remove(subscription)) {
            nonDurableFiltered -= subscription.isFiltered() ? 1 : 0;
        }
    }
}
