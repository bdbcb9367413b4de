// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of a queue or subscription, as administrators see them.
 *
 * @param id of the queue or subscription, which commands take instead of a name
 * @param name of the queue, or of the topic
 * @param description for sentences
 * @param slots that groups are spread over
 * @param messages with a group, those that are out included
 * @param isComplete whether all were counted; of very long queues only the beginning is
 * @param consumers that share the slots
 * @param inUse slots with messages
 * @param held groups that nobody gets for now
 */
public record GroupsInfo(
        int id,
        String name,
        String description,
        int slots,
        long messages,
        boolean isComplete,
        List<Share> consumers,
        List<Slot> inUse,
        List<Held> held) {

    /** How many of the groups that are held are parked. */
    public long parked() {
        return held.stream().filter(one -> one.why().equals("PARKED")).count();
    }

    /** How many slots are held by a consumer that is not their home. */
    public long outOfBalance() {
        return inUse.stream().filter(Slot::isElsewhere).count();
    }

    /**
     * A consumer's part.
     *
     * @param consumer the connection's id, and the consumer's number there
     * @param homes slots with messages whose home it is
     * @param holds slots of which it has messages
     */
    public record Share(String consumer, int homes, int holds) {}

    /**
     * A slot with messages.
     *
     * @param messages those that are out included
     * @param ageMs of the oldest, by its sender's clock; -1: not known
     * @param out messages that its owner has
     * @param owner the consumer that has messages of it; null: none
     * @param home the consumer that gets it when it is free; null: none
     * @param isMoving whether it goes elsewhere once its owner is done with what it has
     */
    public record Slot(
            int number,
            long messages,
            long ageMs,
            int out,
            @Nullable String owner,
            @Nullable String home,
            boolean isMoving) {

        /** Whether it is held by a consumer that is not its home. */
        public boolean isElsewhere() {
            return owner != null && home != null && !owner.equals(home);
        }
    }

    /**
     * A group that nobody gets for now.
     *
     * @param group its id; null if no message of it is in memory
     * @param hash of its id
     * @param why {@code PARKED}, {@code DELAY} or {@code UNDECIDED}
     * @param sinceMs for how long it has been parked; -1: not known
     * @param leftMs for how long its redelivery delay runs yet; -1: none does
     */
    public record Held(@Nullable String group, int hash, int slot, String why, long sinceMs, long leftMs) {}
}
