// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * What connections may send to each destination: a window ahead of what they have sent, as long as there is room. So a full
 * queue stops those who send to it and nobody else.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class SendCredit {

    private final BrokerOptions options;
    private final Recorder recorder;
    /** Those whose credit could not be raised because there was no room. */
    private final List<Starved> starved = new ArrayList<>();

    SendCredit(BrokerOptions options, Recorder recorder) {
        this.options = options;
        this.recorder = recorder;
    }

    /** A message was accepted: raises the connection's credit when half of the window is used. */
    void sent(ClientConnection c, int alias, int bytes, Destination destination) {
        Binding binding = c.bindings().get(alias);
        if (binding == null) {
            return;
        }
        binding.sent(bytes);
        if (binding.limitBytes() - binding.sentBytes() < options.sendWindowBytes() / 2) {
            raise(c, binding, destination);
        }
    }

    /** Raises the credit of those who wait, where there is room now; returns how many do not wait any more. */
    int retry() {
        int count = starved.size();
        for (int i = 0; i < count; i++) {
            Starved one = starved.get(i);
            one.binding.starved(false);
            if (!one.connection.isGone() && !one.destination.isGone()) {
                raise(one.connection, one.binding, one.destination);
            }
        }
        starved.subList(0, count).clear();
        return count - starved.size();
    }

    /** Whether somebody waits for room. */
    boolean isWaiting() {
        return !starved.isEmpty();
    }

    /** Refuses if the queue or subscription is at one of its limits. */
    void checkRoom(Source source) throws Refusal {
        DestinationOptions limits = source.options();
        if (limits.maxMessages() == 0 && limits.maxBytes() == 0) {
            return;
        }
        MessageQueue messages = source.messages();
        if (limits.maxMessages() != 0 && messages.depth() >= limits.maxMessages()) {
            throw new Refusal(
                    ErrorCode.QUEUE_FULL,
                    source.description() + " has " + messages.depth() + " messages, of at most "
                            + limits.maxMessages());
        }
        if (limits.maxBytes() != 0 && messages.bytes() >= limits.maxBytes()) {
            throw new Refusal(
                    ErrorCode.QUEUE_FULL,
                    source.description() + " has " + messages.bytes() + " bytes, of at most " + limits.maxBytes());
        }
    }

    private void raise(ClientConnection c, Binding binding, Destination destination) {
        long window = Math.min(options.sendWindowBytes(), room(destination));
        long limit = binding.sentBytes() + window;
        if (limit > binding.limitBytes()) {
            binding.limitBytes(limit);
            c.outlet().sendCredit(binding.alias(), limit);
        }
        if (window < options.sendWindowBytes() / 2 && !binding.isStarved()) {
            binding.starved(true);
            starved.add(new Starved(c, binding, destination));
        }
    }

    /** Bytes that may come without exceeding a limit. */
    private long room(Destination destination) {
        // A quarter is left for those who have credit already; and each gets but a part, as others may ask too.
        long room = Math.max(0, options.volatileBytesMax() / 4 * 3 - recorder.volatileBytes()) / 4;
        if (destination instanceof Queue queue) {
            room = Math.min(room, roomIn(queue));
        } else if (destination instanceof Topic topic) {
            for (int i = 0; i < topic.durable().size(); i++) {
                room = Math.min(room, roomIn(topic.durable().get(i)));
            }
        }
        return room;
    }

    private static long roomIn(Source source) {
        DestinationOptions limits = source.options();
        if (limits.maxMessages() != 0 && source.messages().depth() >= limits.maxMessages()) {
            return 0;
        }
        return limits.maxBytes() == 0
                ? Long.MAX_VALUE
                : Math.max(0, limits.maxBytes() - source.messages().bytes());
    }

    private record Starved(ClientConnection connection, Binding binding, Destination destination) {}
}
