// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.server.core.queue.QueueBrowser;
import io.quoin.server.core.selector.Selector;
import io.quoin.server.model.Refusal;
import java.util.ArrayDeque;

/**
 * Shows the messages of queues without taking them, step by step.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Browsing {

    /** Messages that one step looks at: with a selector each takes a microsecond or less. */
    private static final int STEP = 256;

    private final Now now;
    private final DestinationResolver resolver;
    private final MessageReader reader;
    /** Requests that are not answered yet. */
    private final ArrayDeque<Request> open = new ArrayDeque<>();
    /** Those of them that wait for bytes from the disk. */
    private final ArrayDeque<Request> cold = new ArrayDeque<>();

    Browsing(Now now, DestinationResolver resolver, MessageReader reader) {
        this.now = now;
        this.resolver = resolver;
        this.reader = reader;
    }

    void open(ClientConnection c, ClientSession session, Frame.BrowseOpen f) throws Refusal {
        Selector selector = Consuming.parse(f.selector());
        Destination destination = resolver.find(c, f.alias());
        if (destination instanceof Topic topic) {
            throw new Refusal(
                    ErrorCode.DESTINATION_KIND_MISMATCH, topic.name() + " is a topic: only queues are browsed");
        }
        Queue queue = (Queue) destination;
        QueueBrowser browser =
                queue == null ? null : queue.messages().browse(selector.matchesAll() ? null : reader.filter(selector));
        c.browsers().put(f.browser(), new Browser(session, f.browser(), queue, browser));
    }

    void next(ClientConnection c, Frame.BrowseNext f) throws Refusal {
        Browser browser = c.browsers().get(f.browser());
        if (browser == null) {
            throw new Refusal(ErrorCode.BROWSER_UNKNOWN, "The connection has no browser " + f.browser());
        }
        open.add(new Request(c, browser, f.request(), (int) Math.min(f.maxMessages(), Integer.MAX_VALUE)));
    }

    void close(ClientConnection c, int browser) {
        c.browsers().remove(browser);
    }

    boolean hasWork() {
        return !open.isEmpty();
    }

    /** Goes on with the requests that are open; returns how many messages were looked at, about. */
    int step(int budget) {
        int work = 0;
        for (int i = open.size(); i > 0 && work < budget; i--) {
            step(open.remove());
            work += STEP;
        }
        return work;
    }

    /** Bytes that were asked for may be in memory now. */
    void bodiesArrived() {
        for (Request request : cold) {
            Queue queue = request.browser.queue();
            if (queue != null) {
                queue.messages().bodiesArrived();
            }
            open.add(request);
        }
        cold.clear();
    }

    private void step(Request request) {
        QueueBrowser browser = request.browser.browser();
        Queue queue = request.browser.queue();
        if (request.c.isGone() || request.c.isLost() || request.c.outlet() != request.outlet) {
            // The socket that asked is gone, and nobody answers what was asked on an earlier one.
            return;
        }
        if (browser == null || queue == null || queue.isGone()) {
            answer(request, false);
            return;
        }
        QueueBrowser.Step step = browser.step(
                now.wallMs(),
                request.left,
                STEP,
                (priority, arrival, isVolatile, position, length, count, expiresAtMs) ->
                        show(request, position, length, count, expiresAtMs));
        request.left -= browser.found();
        switch (step) {
            case END -> answer(request, false);
            case COLD -> cold.add(request);
            case MORE -> {
                if (request.left <= 0) {
                    answer(request, true);
                } else {
                    open.add(request);
                }
            }
        }
    }

    private void show(Request request, long position, int length, int count, long expiresAtMs) {
        long remainingMs = expiresAtMs == 0 ? 0 : Math.max(1, expiresAtMs - now.wallMs());
        request.outlet.browsed(
                request.browser.session().number(), request.browser.number(), count, remainingMs, position, length);
    }

    private static void answer(Request request, boolean more) {
        request.outlet.ok(request.request, 0, new Result.BrowsedSoFar(more));
    }

    private static final class Request {
        private final ClientConnection c;
        private final Outlet outlet;
        private final Browser browser;
        private final int request;
        private int left;

        private Request(ClientConnection c, Browser browser, int request, int left) {
            this.c = c;
            this.outlet = c.outlet();
            this.browser = browser;
            this.request = request;
            this.left = left;
        }
    }
}
