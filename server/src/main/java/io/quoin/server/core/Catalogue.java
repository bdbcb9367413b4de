// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Bytes;
import io.quoin.server.core.queue.IndexStore;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.UserSecret;
import io.quoin.server.model.UserStored;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The durable state that is not in queues, as one piece of a snapshot.
 *
 * <pre>
 *  0  4  version 7
 *  4  8  bootNumber
 * 12  4  lastNumber      of destinations and subscriptions
 * 16  4  lastProducer
 * 20  8  nextBlockId
 * 28     destinations    count u32, then each: the fields of DESTINATION_CREATED, version of its subscriptions u32
 *        subscriptions   count u32, then each, by number: the fields of SUBSCRIBED, idleSinceMs u64
 *        producers       count u32, then each: number u32, connection id 16, highest u64, holes and commits: count u16, u64*
 *        users           u8 whether any was there, then 32 bytes of secret; count u32, then each: the fields of USER_STORED
 *        transactions    the last number u64, count u32, then each: {@link LoggedTransaction}
 *        consuming       count u32, then each: connection id 16, count u32, source u32*
 * </pre>
 *
 * Called by the owner of the group.
 */
final class Catalogue {

    private static final int VERSION = 7;
    /** Without users. */
    private static final int VERSION_1 = 1;
    /** Without transactions. */
    private static final int VERSION_2 = 2;
    /** Since when subscriptions have had no consumer came with this one. */
    private static final int VERSION_WITH_IDLE = 4;
    /** What transactions send came to lie in blocks with this one. */
    private static final int VERSION_WITH_BLOCKS = 5;
    /** Ids of messages came with this one. */
    private static final int VERSION_WITH_DEDUP = 6;
    /** Who consumes came with this one. */
    private static final int VERSION_WITH_CONSUMING = 7;
    /** Room for the fields of any destination or subscription: two names, a client id, a selector, options. */
    private static final int ENTRY_MAX = 16 * 1024;
    /** Room for any producer. */
    private static final int PRODUCER_MAX = 32 + 2 * (2 + 8 * 1_024);

    private final Applier applier;
    private final Destinations destinations;
    private final Subscriptions subscriptions;
    private final ProducerTable producers;
    private final UserTable users;
    private final LoggedTransactions transactions;
    private final DedupIds dedupIds;
    private final ConsumingTable consuming;
    private final IndexStore indexStore;
    private ByteBuffer out = ByteBuffer.allocate(ENTRY_MAX);

    Catalogue(
            Applier applier,
            Destinations destinations,
            Subscriptions subscriptions,
            ProducerTable producers,
            UserTable users,
            LoggedTransactions transactions,
            DedupIds dedupIds,
            ConsumingTable consuming,
            IndexStore indexStore) {
        this.applier = applier;
        this.destinations = destinations;
        this.subscriptions = subscriptions;
        this.producers = producers;
        this.users = users;
        this.transactions = transactions;
        this.dedupIds = dedupIds;
        this.consuming = consuming;
        this.indexStore = indexStore;
    }

    /** The state now, good until the next call; adds the blocks of it that the snapshot has to take. */
    ByteBuffer encode(List<StateChunk.Frozen> frozen) {
        out.clear();
        out.putInt(VERSION).putLong(applier.bootNumber()).putInt(applier.lastNumber());
        out.putInt(producers.lastNumber()).putLong(indexStore.nextBlockId());
        List<Destination> durable = new ArrayList<>();
        List<Subscription> subscribed = subscriptions.durable();
        for (Destination destination : destinations.all()) {
            if (destination.isDurable()) {
                durable.add(destination);
            }
        }
        out.putInt(durable.size());
        for (Destination destination : durable) {
            room(ENTRY_MAX);
            new DestinationCreated(
                            destination.number(),
                            destination.kind(),
                            destination.name(),
                            destination.options().encode())
                    .put(out);
            out.putInt(destination instanceof Topic topic ? topic.version() : 0);
        }
        room(ENTRY_MAX);
        out.putInt(subscribed.size());
        for (Subscription subscription : subscribed) {
            room(ENTRY_MAX);
            subscription.subscribed().put(out);
            out.putLong(subscription.idleSinceMs());
        }
        room(ENTRY_MAX);
        out.putInt(producers.size());
        for (Producer producer : producers.all()) {
            room(PRODUCER_MAX);
            put(producer);
        }
        putUsers();
        room(transactions.snapshotBytes());
        transactions.put(out, frozen);
        room(dedupIds.snapshotBytes());
        dedupIds.put(out, frozen);
        room(consuming.bytes());
        consuming.put(out);
        return out.flip();
    }

    private void putUsers() {
        room(ENTRY_MAX);
        out.put((byte) (users.secret().length() == 0 ? 0 : 1))
                .put(users.secret().toByteArray());
        out.putInt(users.size());
        for (UserStored user : users.all()) {
            room(ENTRY_MAX);
            user.put(out);
        }
    }

    private void put(Producer producer) {
        UUID id = producer.connectionId();
        out.putInt(producer.number()).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putLong(producer.highest());
        put(producer.holes());
        put(producer.commits());
    }

    private void put(LongRing ring) {
        out.putShort((short) ring.size());
        for (int i = 0; i < ring.size(); i++) {
            out.putLong(ring.get(i));
        }
    }

    private void room(int bytes) {
        if (out.remaining() < bytes) {
            out = ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes))
                    .put(out.flip());
        }
    }

    /** Makes an empty broker that of the snapshot, with empty queues. */
    void restore(ByteBuffer in, SnapshotSource source) {
        int version = in.getInt();
        if (version < VERSION_1 || version > VERSION) {
            throw new IllegalArgumentException("the snapshot's state has version " + version + ", known is " + VERSION);
        }
        applier.restore(in.getLong(), in.getInt());
        producers.lastNumber(in.getInt());
        indexStore.nextBlockId(in.getLong());
        List<Topic> topics = new ArrayList<>();
        List<Integer> versions = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
            DestinationCreated created = DestinationCreated.read(in);
            destinations.created(created);
            int topicVersion = in.getInt();
            if (destinations.find(created.number()) instanceof Topic topic) {
                topics.add(topic);
                versions.add(topicVersion);
            }
        }
        for (int n = in.getInt(); n > 0; n--) {
            Subscribed subscribed = Subscribed.read(in);
            subscriptions.subscribed(subscribed);
            if (version >= VERSION_WITH_IDLE) {
                subscriptions.get(subscribed.number()).idleSinceMs(in.getLong());
            }
        }
        for (int i = 0; i < topics.size(); i++) {
            topics.get(i).version(versions.get(i));
        }
        for (int n = in.getInt(); n > 0; n--) {
            Producer producer = producers.opened(in.getInt(), new UUID(in.getLong(), in.getLong()));
            producer.highest(in.getLong());
            read(in, producer.holes());
            read(in, producer.commits());
        }
        if (version != VERSION_1) {
            restoreUsers(in);
        }
        if (version >= VERSION_WITH_BLOCKS) {
            transactions.restore(in, source);
        } else if (version != VERSION_1 && version != VERSION_2) {
            transactions.restoreVersion4(in, indexStore);
        }
        if (version >= VERSION_WITH_DEDUP) {
            dedupIds.restore(in, source);
        }
        if (version >= VERSION_WITH_CONSUMING) {
            consuming.restore(in);
        }
    }

    private void restoreUsers(ByteBuffer in) {
        if (in.get() != 0) {
            byte[] secret = new byte[UserSecret.BYTES];
            in.get(secret);
            users.secret(Bytes.of(secret));
        }
        for (int n = in.getInt(); n > 0; n--) {
            users.stored(UserStored.read(in));
        }
    }

    private static void read(ByteBuffer in, LongRing ring) {
        for (int n = in.getShort() & 0xFFFF; n > 0; n--) {
            ring.add(in.getLong());
        }
    }
}
