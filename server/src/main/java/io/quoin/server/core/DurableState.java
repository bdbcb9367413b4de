// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Bytes;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.UserStored;

/** What survives a restart, as a whole: its digest. Called by the owner of the group. */
final class DurableState {

    private DurableState() {}

    static void digest(Digest digest, BrokerParts parts) {
        digest.add(parts.applier.bootNumber());
        digest.add(parts.applier.lastNumber());
        digest.add(parts.producers.lastNumber());
        for (Destination destination : parts.destinations.all()) {
            if (destination.isDurable()) {
                add(digest, destination);
            }
        }
        for (Subscription subscription : parts.subscriptions.durable()) {
            add(digest, subscription.subscribed());
            digest.add(subscription.idleSinceMs());
            subscription.messages().digest(digest);
        }
        for (Producer producer : parts.producers.all()) {
            add(digest, producer);
        }
        add(digest, parts.userTable.secret());
        for (UserStored user : parts.userTable.all()) {
            add(digest, user);
        }
        parts.loggedTransactions.digest(digest);
        parts.dedupIds.digest(digest);
        parts.consumingTable.digest(digest);
    }

    private static void add(Digest digest, Destination destination) {
        digest.add(destination.number());
        digest.add(destination.kind().code());
        add(digest, destination.name());
        add(digest, destination.options().encode());
        if (destination instanceof Queue queue) {
            queue.messages().digest(digest);
        } else if (destination instanceof Topic topic) {
            digest.add(topic.version());
            for (Subscription subscription : topic.durable()) {
                digest.add(subscription.number());
            }
        }
    }

    private static void add(Digest digest, Subscribed subscribed) {
        digest.add(subscribed.number());
        digest.add((subscribed.shared() ? 1 : 0) + (subscribed.noLocal() ? 2 : 0));
        add(digest, String.valueOf(subscribed.clientId()));
        add(digest, String.valueOf(subscribed.name()));
        add(digest, subscribed.selector());
        add(digest, String.valueOf(subscribed.pattern()));
        add(digest, String.valueOf(subscribed.options()));
    }

    private static void add(Digest digest, Producer producer) {
        digest.add(producer.number());
        digest.add(producer.connectionId().getMostSignificantBits());
        digest.add(producer.connectionId().getLeastSignificantBits());
        digest.add(producer.highest());
        add(digest, producer.holes());
        add(digest, producer.commits());
    }

    private static void add(Digest digest, UserStored user) {
        digest.add(user.administrator() ? 1 : 0);
        add(digest, user.name());
        add(digest, user.keys().salt());
        digest.add(user.keys().iterations());
        add(digest, user.keys().storedKey());
        add(digest, user.keys().serverKey());
    }

    private static void add(Digest digest, Bytes bytes) {
        digest.add(bytes.length());
        for (byte b : bytes.toByteArray()) {
            digest.add(b);
        }
    }

    private static void add(Digest digest, LongRing ring) {
        digest.add(ring.size());
        for (int i = 0; i < ring.size(); i++) {
            digest.add(ring.get(i));
        }
    }

    private static void add(Digest digest, String text) {
        digest.add(text.length());
        for (int i = 0; i < text.length(); i++) {
            digest.add(text.charAt(i));
        }
    }
}
