// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.codec.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A consumer at the client's end: what it has fetched, what its application has been given, and its credit. */
final class SimConsumer {

    /** A message that has been fetched. */
    record Fetched(long tag, boolean redelivered, long expiresAtMs, int length) {}

    final int number;
    final Destinations.Named destination;
    final Frame.ConsumerOpen opening;
    private final int windowMessages;
    private final int windowBytes;
    /** Fetched, and not given to the application. */
    private final Deque<Fetched> unseen = new ArrayDeque<>();
    /** Given to the application, and not acknowledged. */
    final List<Long> unacknowledged = new ArrayList<>();

    boolean open;
    boolean closing;
    boolean draining;
    private long received;
    private long receivedBytes;
    private long unseenBytes;
    private long handedOut;
    private long limitMessages;
    private long limitBytes;

    SimConsumer(Destinations.Named destination, Frame.ConsumerOpen opening, int windowMessages, int windowBytes) {
        this.number = opening.consumer();
        this.destination = destination;
        this.opening = opening;
        this.windowMessages = windowMessages;
        this.windowBytes = windowBytes;
        this.limitMessages = opening.limitMessages();
        this.limitBytes = opening.limitBytes();
    }

    long handedOut() {
        return handedOut;
    }

    long received() {
        return received;
    }

    boolean hasUnseen() {
        return !unseen.isEmpty();
    }

    void fetched(Fetched message) {
        received = message.tag;
        receivedBytes += message.length;
        unseenBytes += message.length;
        unseen.add(message);
    }

    /** The next message, if there is one; it counts as given to the application from now on. */
    @Nullable
    Fetched next() {
        Fetched next = unseen.poll();
        if (next != null) {
            handedOut = next.tag;
            unseenBytes -= next.length;
        }
        return next;
    }

    @Nullable
    Fetched peek() {
        return unseen.peek();
    }

    /** The tags that the application has not seen, first and last; null if there are none. */
    long @Nullable [] takeUnseen() {
        if (unseen.isEmpty()) {
            return null;
        }
        long[] range = {unseen.getFirst().tag, unseen.getLast().tag};
        forgetUnseen();
        return range;
    }

    void forgetUnseen() {
        unseen.clear();
        unseenBytes = 0;
    }

    /** All that was delivered so far is not this consumer's any more. */
    void recovered() {
        forgetUnseen();
        unacknowledged.clear();
    }

    /** The session goes on: what came after {@code tag} is not this consumer's any more, and credit begins anew. */
    void resumed(long tag) {
        while (!unseen.isEmpty() && unseen.getLast().tag > tag) {
            unseenBytes -= unseen.removeLast().length;
        }
        unacknowledged.removeIf(t -> t > tag);
        received = tag;
        limitMessages = tag;
        receivedBytes = 0;
        limitBytes = 0;
    }

    /** The server has taken back the credit that was left. */
    void recalled() {
        limitMessages = Math.min(limitMessages, received);
        limitBytes = Math.min(limitBytes, receivedBytes);
    }

    void drained(long delivered) {
        draining = false;
        limitMessages = Math.min(limitMessages, delivered);
        limitBytes = Math.min(limitBytes, receivedBytes);
    }

    /** Whether there is room to fetch more than was allowed; if so, it is allowed from now on. */
    boolean raiseLimits(boolean atOnce) {
        if (draining || closing || !open) {
            return false;
        }
        long messages = received - unseen.size() + windowMessages;
        long bytes = receivedBytes + Math.max(1, windowBytes - unseenBytes);
        boolean due = messages - limitMessages >= Math.max(1, windowMessages / 2)
                || bytes - limitBytes >= Math.max(1, windowBytes / 2);
        if (!due && !(atOnce && (messages > limitMessages || bytes > limitBytes))) {
            return false;
        }
        limitMessages = Math.max(messages, limitMessages);
        limitBytes = Math.max(bytes, limitBytes);
        return true;
    }

    long limitMessages() {
        return limitMessages;
    }

    long limitBytes() {
        return limitBytes;
    }

    @Override
    public String toString() {
        return "consumer " + number;
    }
}
