// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.RecordType;
import io.quoin.server.model.RoutedRecord;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Lets messages that a transaction has in the log go to non-durable subscriptions too, when they take effect: what is known of
 * them is noted before that, and recorded after it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class RouteRecorder {

    /** Such a message, and which subscriptions take it. */
    private record Routed(
            Topic topic,
            Set<Integer> takers,
            int length,
            long position,
            long expiresAtMs,
            int groupHash,
            boolean grouped,
            int priority,
            long dueAtMs) {}

    private final Destinations destinations;
    private final DedupIds dedupIds;
    private final Recorder recorder;
    private final List<Routed> noted = new ArrayList<>();

    RouteRecorder(Destinations destinations, DedupIds dedupIds, Recorder recorder) {
        this.dedupIds = dedupIds;
        this.destinations = destinations;
        this.recorder = recorder;
    }

    /** Notes the routes of the next {@code count} messages, stored at that second, and takes them out of {@code routes}. */
    void note(ArrayDeque<LoggedPart.Route> routes, LoggedSends sends, int count, int second) {
        noted.clear();
        int end = sends.taken() + count;
        int at = sends.taken() - 1;
        LoggedSends.Walk walk = sends.walk();
        for (LoggedPart.Route route = routes.peek(); route != null && route.send() < end; route = routes.peek()) {
            routes.remove();
            while (at < route.send() && walk.next()) {
                at++;
            }
            if (walk.position() != 0
                    && !isDuplicate(walk, second)
                    && destinations.find(route.topic()) instanceof Topic topic) {
                noted.add(new Routed(
                        topic,
                        route.takers(),
                        walk.length(),
                        walk.position(),
                        walk.expiresAtMs(),
                        walk.groupHash(),
                        walk.isGrouped(),
                        walk.priority(),
                        walk.dueAtMs()));
            }
        }
    }

    private boolean isDuplicate(LoggedSends.Walk send, int second) {
        Destination destination = destinations.find(send.destination());
        return destination != null
                && send.dedupHash() != DedupIds.NONE
                && dedupIds.isDuplicateInLog(destination, send.dedupHash(), DedupIds.storedAt(send, second));
    }

    /** Records what was noted; it is seen when the log is durable beyond that position. */
    void record(long visibleAfter) {
        for (Routed one : noted) {
            ByteBuffer fields = recorder.begin(false, RecordType.ROUTED, one.grouped ? SendRecord.GROUPED : 0);
            RoutedRecord.put(
                    fields,
                    one.topic.number(),
                    one.length,
                    one.position,
                    one.expiresAtMs,
                    one.groupHash,
                    one.priority,
                    one.dueAtMs,
                    visibleAfter);
            SendRecord.putFiltered(fields, one.topic.nonDurableFiltered(), TopicRouter.bits(one.topic, one.takers));
            recorder.end();
        }
        noted.clear();
    }
}
