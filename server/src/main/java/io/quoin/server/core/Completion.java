// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A large transaction that is decided and takes effect, or is undone, in steps: what is left to do that no log tells of, and who
 * waits for the end.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Completion {

    /** What a connection has sent and no log keeps. */
    record Kept(ClientConnection sender, KeptSends sends) {}

    private final long number;
    /** Volatile messages that it acknowledges. */
    private HeldMessages acknowledged = new HeldMessages();
    /** Messages that go back to their places. */
    private HeldMessages givenBack = new HeldMessages();

    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    /** Who gets nothing before it is done. */
    private final List<Consumer> waiting = new ArrayList<>(0);

    private final ArrayDeque<LoggedPart.Route> routes = new ArrayDeque<>();
    private @Nullable Outlet outlet;
    private int request;
    private @Nullable Result result;
    private boolean isAnsweredAtOnce;
    private boolean isDone;

    /** Of the logged transaction of that number. */
    Completion(long number) {
        this.number = number;
    }

    /** Its messages that non-durable subscriptions take as well. */
    Completion withRoutes(List<LoggedPart.Route> all) {
        routes.addAll(all);
        return this;
    }

    Completion withAcknowledged(HeldMessages messages) {
        acknowledged = messages;
        return this;
    }

    Completion withGivenBack(HeldMessages messages) {
        givenBack = messages;
        return this;
    }

    /** Those consumers get nothing before all is done, since what goes back comes first. */
    Completion before(Collection<Consumer> consumers) {
        waiting.addAll(consumers);
        waiting.forEach(Consumer::beginUndo);
        return this;
    }

    Completion withKept(Map<ClientConnection, KeptSends> sends) {
        sends.forEach(this::withKept);
        return this;
    }

    Completion withKept(ClientConnection sender, KeptSends sends) {
        sends.first();
        if (sends.isAtSend()) {
            kept.add(new Kept(sender, sends));
        }
        return this;
    }

    long number() {
        return number;
    }

    HeldMessages acknowledged() {
        return acknowledged;
    }

    HeldMessages givenBack() {
        return givenBack;
    }

    ArrayDeque<Kept> kept() {
        return kept;
    }

    /** Who gets nothing before it is done. */
    List<Consumer> waiting() {
        return waiting;
    }

    /** How many of the messages in the log come before the next one that is in none; the highest number if there is none. */
    int nextKeptAfter() {
        return kept.isEmpty() ? Integer.MAX_VALUE : nextKept().sends().after();
    }

    /** Where the next message is that is in no log; there is one. */
    Kept nextKept() {
        Kept next = kept.element();
        for (Kept one : kept) {
            next = one.sends().after() < next.sends().after() ? one : next;
        }
        return next;
    }

    /** In the order of the messages. */
    ArrayDeque<LoggedPart.Route> routes() {
        return routes;
    }

    /** The request is answered when all is done. */
    void whenDone(Outlet newOutlet, int newRequest, @Nullable Result newResult) {
        outlet = newOutlet;
        request = newRequest;
        result = newResult;
    }

    /**
     * The request is answered when all is back in its place, without the log: what is delivered after that must not come before
     * the answer.
     */
    void whenUndone(Outlet newOutlet, int newRequest) {
        whenDone(newOutlet, newRequest, null);
        isAnsweredAtOnce = true;
    }

    boolean isDone() {
        return isDone;
    }

    /** All is done, and durable with the log up to {@code position}. */
    void done(long position) {
        isDone = true;
        waiting.forEach(Consumer::endUndo);
        Outlet asking = outlet;
        Result answer = result;
        if (asking != null && answer != null) {
            asking.ok(request, position, answer);
        } else if (asking != null) {
            asking.ok(request, isAnsweredAtOnce ? 0 : position);
        }
    }
}
