// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.queue.MessageRef;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.GroupParked;
import io.quoin.server.model.GroupPoison;
import io.quoin.server.model.RecordType;

/**
 * How a message goes on that was delivered and came back: it waits again in its place, after a delay perhaps; and when it has
 * been delivered in vain too often it is a dead letter, or its group is parked or blocked, as the option {@code onGroupPoison}
 * says.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Redelivery {

    /** Between deliveries of a message that blocks its group. */
    private static final long BLOCKED_LEAST_MS = 1_000;

    private final Now now;
    private final Recorder recorder;
    private final DeadLetters deadLetters;
    private final MessageRef found = new MessageRef();

    Redelivery(Now now, Recorder recorder, DeadLetters deadLetters) {
        this.now = now;
        this.recorder = recorder;
        this.deadLetters = deadLetters;
    }

    /**
     * A message that is out comes back.
     *
     * @param inVain whether it was certainly delivered, so that the delay of its queue holds it
     */
    void comesBack(Source source, int priority, long arrival, boolean inVain) {
        MessageQueue messages = source.messages();
        if (!messages.find(priority, arrival, found)) {
            return;
        }
        long heldUntilMs = inVain ? heldUntilMs(source, found.certainDeliveries()) : 0;
        if (!hasFailed(source, found)) {
            messages.putBack(priority, arrival, heldUntilMs);
            return;
        }
        switch (policy(source, found)) {
            case DLQ -> deadLetters.move(source, priority, arrival, found.length(), tooOften(source));
            case PARK -> {
                park(source, found);
                messages.putBack(priority, arrival, 0);
            }
            case BLOCK -> messages.putBack(priority, arrival, Math.max(heldUntilMs, now.wallMs() + BLOCKED_LEAST_MS));
        }
    }

    /**
     * A message is about to be delivered that may have failed too often before.
     *
     * @return whether it is not to be delivered, because it has gone or its group is held
     */
    boolean keepsBack(Source source, int priority, long arrival) {
        if (!source.messages().find(priority, arrival, found)
                || !hasFailed(source, found)
                || policy(source, found) == GroupPoison.BLOCK) {
            return false;
        }
        comesBack(source, priority, arrival, false);
        return true;
    }

    private static boolean hasFailed(Source source, MessageRef message) {
        int max = DeadLetters.maxDeliveries(source);
        return max > 0 && message.certainDeliveries() >= max;
    }

    private static GroupPoison policy(Source source, MessageRef message) {
        return message.grouped() ? source.options().onGroupPoison() : GroupPoison.DLQ;
    }

    private void park(Source source, MessageRef message) {
        if (source.messages().parked().isParked(message.groupHash())) {
            return;
        }
        boolean isDurable = source.isDurable() && message.arrival() > 0;
        GroupParked.put(
                recorder.begin(isDurable, RecordType.GROUP_PARKED, 0),
                source.number(),
                message.priority(),
                message.arrival(),
                now.wallMs());
        recorder.end();
    }

    private long heldUntilMs(Source source, int deliveries) {
        DestinationOptions options = source.options();
        long delayMs = options.redeliveryDelayMs(deliveries);
        return delayMs == 0 ? 0 : now.wallMs() + delayMs;
    }

    /** The reason of a dead letter that has reached {@code maxDeliveries}. */
    private static String tooOften(Source source) {
        return "delivered " + source.options().maxDeliveries() + " times in vain in " + source.description();
    }
}
