// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.core.queue.GroupReport;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.core.queue.ParkedGroups;
import io.quoin.server.core.queue.QueueConsumer;
import io.quoin.server.model.GroupReleased;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What administrators see of message groups, and how they release those that are parked.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class GroupAdministration {

    /** Slots of which the oldest message's age is looked up. */
    private static final int AGES_MAX = 1_024;

    private final Now now;
    private final Destinations destinations;
    private final Sources sources;
    private final Recorder recorder;
    private final DeadLetters deadLetters;
    private final MessageReader reader;
    private final MessageRef found = new MessageRef();

    GroupAdministration(
            Now now,
            Destinations destinations,
            Sources sources,
            Recorder recorder,
            DeadLetters deadLetters,
            MessageReader reader) {
        this.now = now;
        this.reader = reader;
        this.destinations = destinations;
        this.sources = sources;
        this.recorder = recorder;
        this.deadLetters = deadLetters;
    }

    /** Queues and subscriptions that have messages with groups. */
    public List<GroupsInfo> list() {
        List<GroupsInfo> list = new ArrayList<>();
        for (Source source : sources.all()) {
            if (source.messages().hasGroups()) {
                list.add(info(source));
            }
        }
        return list;
    }

    /**
     * The groups of one of them.
     *
     * @param name of a queue, or the number of a queue or subscription
     * @throws Refusal if there is no such queue
     */
    public GroupsInfo show(String name) throws Refusal {
        return info(source(name));
    }

    private GroupsInfo info(Source source) {
        GroupReport report = source.messages().groups();
        Map<String, int[]> shares = new TreeMap<>();
        for (Consumer consumer : source.consumers()) {
            shares.put(name(consumer), new int[2]);
        }
        List<GroupsInfo.Slot> slots = new ArrayList<>();
        for (GroupReport.Slot slot : report.inUse()) {
            String owner = name(slot.owner());
            String home = name(slot.home());
            count(shares, home, 0);
            count(shares, owner, 1);
            long sentAtMs = slots.size() < AGES_MAX ? reader.timestampMs(slot.position(), slot.length()) : -1;
            long ageMs = sentAtMs < 0 ? -1 : Math.max(0, now.wallMs() - sentAtMs);
            slots.add(new GroupsInfo.Slot(
                    slot.number(), slot.messages(), ageMs, slot.out(), owner, home, slot.isMoving()));
        }
        List<GroupsInfo.Share> consumers = new ArrayList<>();
        shares.forEach((name, counts) -> consumers.add(new GroupsInfo.Share(name, counts[0], counts[1])));
        return new GroupsInfo(
                source.number(),
                source.destinationName(),
                source.description(),
                report.slots(),
                report.counted(),
                report.isComplete(),
                consumers,
                slots,
                held(report));
    }

    private List<GroupsInfo.Held> held(GroupReport report) {
        List<GroupsInfo.Held> held = new ArrayList<>();
        for (GroupReport.Held one : report.held()) {
            boolean parked = one.why() == GroupReport.Why.PARKED;
            boolean delayed = one.why() == GroupReport.Why.DELAY;
            held.add(new GroupsInfo.Held(
                    reader.groupId(one.position(), one.length()),
                    one.hash(),
                    Math.floorMod(one.hash(), report.slots()),
                    one.why().name(),
                    parked ? Math.max(0, now.wallMs() - one.atMs()) : -1,
                    delayed ? Math.max(0, one.atMs() - now.wallMs()) : -1));
        }
        return held;
    }

    private static void count(Map<String, int[]> shares, @Nullable String name, int which) {
        if (name != null) {
            shares.computeIfAbsent(name, any -> new int[2])[which]++;
        }
    }

    private static @Nullable String name(@Nullable QueueConsumer link) {
        return link == null ? null : name((Consumer) link.owner());
    }

    private static String name(Consumer consumer) {
        return consumer.session().connection().id() + "/" + consumer.number();
    }

    /**
     * Lets a parked group go on.
     *
     * @param name of a queue, or the number of a queue or subscription
     * @param group hash of the group's id
     * @param toDeadLetters whether the message that failed goes to the dead letters; if not, it is delivered again first, and
     *     its deliveries are counted anew
     * @throws Refusal if there is no such queue, or the group is not parked
     */
    public void release(String name, int group, boolean toDeadLetters) throws Refusal {
        Source source = source(name);
        ParkedGroups.Parked parked = source.messages().parked().find(group);
        if (parked == null) {
            throw new Refusal(
                    ErrorCode.GROUP_NOT_PARKED,
                    "The group with hash " + Integer.toHexString(group) + " is not parked in " + source.description());
        }
        if (toDeadLetters && source.messages().find(parked.priority(), parked.arrival(), found)) {
            deadLetters.move(
                    source,
                    parked.priority(),
                    parked.arrival(),
                    found.length(),
                    "released to the dead letters by an administrator of " + source.description());
            return;
        }
        GroupReleased.put(
                recorder.begin(source.isDurable() && parked.arrival() > 0, RecordType.GROUP_RELEASED, 0),
                source.number(),
                group);
        recorder.end();
    }

    /** The messages of a queue; for tests. */
    MessageQueue messages(String name) {
        if (destinations.find(name) instanceof Queue queue) {
            return queue.messages();
        }
        throw new IllegalArgumentException("There is no queue " + name);
    }

    private Source source(String name) throws Refusal {
        if (destinations.find(name) instanceof Queue queue) {
            return queue;
        }
        Source source = name.matches("-?[0-9]{1,9}") ? sources.find(Integer.parseInt(name)) : null;
        if (source == null) {
            throw new Refusal(ErrorCode.UNKNOWN_DESTINATION, "There is no queue " + name);
        }
        return source;
    }
}
