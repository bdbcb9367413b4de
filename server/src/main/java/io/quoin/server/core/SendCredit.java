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

    /** No message is smaller. So as many bytes of credit, less one, never let more messages come than there is room for. */
    private static final int MESSAGE_BYTES_MIN = 64;

    /**
     * What the sender of a large transaction may send ahead: nobody waits for its bytes, and others wait for no more of them with
     * each of their own.
     */
    private static final int LARGE_TRANSACTION_BYTES = 256 << 10;

    private final BrokerOptions options;
    private final Recorder recorder;
    /** Those whose credit could not be raised because there was no room. */
    private final List<Starved> starved = new ArrayList<>();

    SendCredit(BrokerOptions options, Recorder recorder) {
        this.options = options;
        this.recorder = recorder;
    }

    /**
     * A message was accepted: raises the connection's credit when half of the window is used.
     *
     * @param isLarge whether it is part of a large transaction, which has a smaller window
     */
    void sent(ClientConnection c, int alias, int bytes, Destination destination, boolean isLarge) {
        Binding binding = c.bindings().get(alias);
        if (binding == null) {
            return;
        }
        binding.sent(bytes);
        long left = binding.limitBytes() - binding.sentBytes();
        long window = options.sendWindowBytes();
        if (isLarge && window > LARGE_TRANSACTION_BYTES) {
            window = LARGE_TRANSACTION_BYTES;
            if (left > window) {
                limit(c, binding, binding.sentBytes() + window);
            }
        }
        if (left < window / 2) {
            raise(c, binding, destination, window);
        }
    }

    /**
     * A message was refused, and counts as sent, as the client counts it. If it was for want of room, then the connection
     * loses what credit it has left, and gets new credit when there is room.
     */
    void refused(ClientConnection c, int alias, int bytes, boolean isFull) {
        Binding binding = c.bindings().get(alias);
        if (binding == null) {
            return;
        }
        binding.sent(bytes);
        Destination destination = binding.destination();
        if (isFull && destination != null) {
            limit(c, binding, binding.sentBytes());
            starve(c, binding, destination);
        }
    }

    /** Whether the connection was told that it may send the next message. */
    boolean isPromised(ClientConnection c, int alias) {
        Binding binding = c.bindings().get(alias);
        return binding != null && binding.sentBytes() < binding.promisedBytes();
    }

    /** Raises the credit of those who wait, where there is room now; returns how many do not wait any more. */
    int retry() {
        int count = starved.size();
        for (int i = 0; i < count; i++) {
            Starved one = starved.get(i);
            one.binding.starved(false);
            if (!one.connection.isGone() && !one.destination.isGone()) {
                raise(one.connection, one.binding, one.destination, options.sendWindowBytes());
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

    private static void limit(ClientConnection c, Binding binding, long limit) {
        binding.limitBytes(limit);
        c.outlet().sendCredit(binding.alias(), limit);
    }

    private void raise(ClientConnection c, Binding binding, Destination destination, long fullWindow) {
        long window = Math.min(fullWindow, room(destination));
        long limit = binding.sentBytes() + window;
        long left = binding.limitBytes() - binding.sentBytes();
        // Where little is left, not every byte of room is worth a frame.
        if (limit > binding.limitBytes() && left <= window / 2) {
            limit(c, binding, limit);
        }
        if (window < fullWindow / 2) {
            starve(c, binding, destination);
        }
    }

    private void starve(ClientConnection c, Binding binding, Destination destination) {
        if (!binding.isStarved()) {
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
        long room = Long.MAX_VALUE;
        if (limits.maxMessages() != 0) {
            long messages = limits.maxMessages() - source.messages().depth();
            // The last one needs but a byte: it may exceed what is left.
            room = messages <= 0 ? 0 : Math.min(messages - 1, Integer.MAX_VALUE) * MESSAGE_BYTES_MIN + 1;
        }
        if (limits.maxBytes() != 0) {
            room = Math.min(
                    room, Math.max(0, limits.maxBytes() - source.messages().bytes()));
        }
        return room;
    }

    private record Starved(ClientConnection connection, Binding binding, Destination destination) {}
}
