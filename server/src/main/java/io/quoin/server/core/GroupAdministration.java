// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.core.queue.ParkedGroups;
import io.quoin.server.model.GroupReleased;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;

/**
 * What administrators see of message groups, and how they release those that are parked.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class GroupAdministration {

    private final Destinations destinations;
    private final Sources sources;
    private final Recorder recorder;
    private final DeadLetters deadLetters;
    private final MessageRef found = new MessageRef();

    GroupAdministration(Destinations destinations, Sources sources, Recorder recorder, DeadLetters deadLetters) {
        this.destinations = destinations;
        this.sources = sources;
        this.recorder = recorder;
        this.deadLetters = deadLetters;
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
