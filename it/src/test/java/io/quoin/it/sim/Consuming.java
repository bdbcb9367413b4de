// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.WireBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client fetches, gives to its application and acknowledges, and what it looks at as a browser. */
final class Consuming {

    /** What a consumer asks for. */
    record Wanted(
            Destinations.Named from,
            int flags,
            @Nullable String subscription,
            @Nullable String selector,
            int priority,
            int windowMessages,
            int windowBytes) {}

    private final SimClient client;
    private final String name;
    private final Wire wire;
    private final Aliases aliases;
    private final ServerView view;
    private final Trace trace;
    private final Map<Integer, SimConsumer> consumers = new LinkedHashMap<>();

    Consuming(SimClient client, Wire wire, Aliases aliases, ServerView view, Trace trace) {
        this.client = client;
        this.name = client.name;
        this.wire = wire;
        this.aliases = aliases;
        this.view = view;
        this.trace = trace;
    }

    void forget() {
        consumers.clear();
    }

    /** The session is of no use any more. */
    void forget(SimSession session) {
        session.consumers.keySet().forEach(consumers::remove);
    }

    void forget(SimSession session, SimConsumer consumer) {
        consumers.remove(consumer.number);
        session.consumers.remove(consumer.number);
    }

    // --- consumers

    void open(SimSession session, Wanted wanted) {
        int alias = aliases.of(wanted.from);
        int number = wire.number();
        SimConsumer[] opened = new SimConsumer[1];
        int request = wire.request(
                ok -> {
                    opened[0].open = true;
                    credit(session, false);
                },
                failure -> {
                    trace.add(name, " is refused a consumer: ", failure.text());
                    Refusals.consumer(failure);
                    forget(session, opened[0]);
                });
        Frame.ConsumerOpen frame = new Frame.ConsumerOpen(
                request,
                wanted.flags,
                number,
                alias,
                wanted.subscription,
                wanted.selector,
                wanted.priority,
                wanted.windowMessages,
                wanted.windowBytes);
        SimConsumer consumer = new SimConsumer(wanted.from, frame, wanted.windowMessages, wanted.windowBytes);
        opened[0] = consumer;
        consumers.put(number, consumer);
        session.consumers.put(number, consumer);
        wire.write(session.number, frame);
    }

    void close(SimSession session, SimConsumer consumer) {
        consumer.closing = true;
        consumer.forgetUnseen();
        int request = wire.request(
                ok -> {
                    if (consumer.unacknowledged.isEmpty()) {
                        session.consumers.remove(consumer.number);
                    }
                },
                wire.unexpected("close a consumer"));
        wire.write(session.number, new Frame.ConsumerClose(request, consumer.number, consumer.handedOut()));
    }

    /** Gives the application the next message of a consumer; false if there is none. */
    boolean receive(SimSession session, SimConsumer consumer) {
        SimConsumer.Fetched next = consumer.peek();
        if (next == null) {
            return false;
        }
        if (next.redelivered()) {
            wire.write(session.number, new Frame.Handing(consumer.number, session.number, List.of(next.tag())));
        }
        consumer.next();
        consumer.unacknowledged.add(next.tag());
        if (next.expiresAtMs() == 0 || wire.nowMs() < next.expiresAtMs()) {
            view.handed(client.id(), consumer.number, next.tag());
        } else {
            trace.add(name, " drops ", next.tag(), " of ", consumer, ", which has expired");
            acknowledge(session, consumer, AckOutcome.CONSUMED, List.of(next.tag()), false);
        }
        credit(session, false);
        return true;
    }

    /** Raises credit where there is room; any room at all if {@code atOnce}. */
    void credit(SimSession session, boolean atOnce) {
        for (SimConsumer consumer : session.consumers.values()) {
            if (consumer.raiseLimits(atOnce)) {
                writeCredit(session.number, consumer);
            }
        }
    }

    private void writeCredit(int session, SimConsumer consumer) {
        CreditFrame.write(
                wire.writer(),
                session,
                consumer.number,
                consumer.limitMessages(),
                consumer.limitBytes(),
                consumer.handedOut());
        wire.flush();
    }

    void drain(SimSession session, SimConsumer consumer) {
        consumer.draining = true;
        session.waiting = "drain";
        int request = wire.request(
                ok -> {
                    consumer.drained(Result.Drained.of(ok).delivered());
                    session.waiting = null;
                    if (consumer.received() != Result.Drained.of(ok).delivered()) {
                        throw new AssertionError(name + " was told that " + consumer + " is drained and misses some");
                    }
                    credit(session, true);
                },
                wire.unexpected("drain"));
        wire.write(session.number, new Frame.Drain(request, consumer.number));
    }

    /** Gives back what the application has not seen, unasked. */
    void giveBack(SimSession session, SimConsumer consumer) {
        long[] unseen = consumer.takeUnseen();
        if (unseen != null) {
            wire.write(session.number, new Frame.Return(consumer.number, consumer.handedOut(), unseen[0], unseen[1]));
            credit(session, true);
        }
    }

    void unsubscribe(SimSession session, String subscription, boolean shared) {
        session.waiting = "unsubscribe";
        int request = wire.request(ok -> session.waiting = null, failure -> {
            Refusals.unsubscribe(failure);
            session.waiting = null;
        });
        wire.write(
                session.number,
                new Frame.Unsubscribe(request, shared ? FrameFlags.UNSUBSCRIBE_SHARED : 0, subscription));
    }

    // --- acknowledgements

    /** Sends an acknowledgement of some outcome; the session waits for its answer if {@code wait}. */
    void acknowledge(SimSession session, SimConsumer consumer, AckOutcome outcome, List<Long> tags, boolean wait) {
        List<Long> sorted = tags.stream().sorted().toList();
        boolean transacted = session.isInTransaction();
        int request = 0;
        if (!transacted) {
            int[] number = new int[1];
            number[0] = wire.request(ok -> acknowledged(session, number[0]), failure -> {
                trace.add(name, " is refused an acknowledgement: ", failure.text());
                acknowledged(session, number[0]);
            });
            request = number[0];
            session.unconfirmed.put(request, new SimSession.Unconfirmed(consumer.number, outcome, sorted));
            if (wait) {
                session.waiting = "acknowledge";
            }
        }
        session.transactionUsed |= transacted;
        writeAck(session, consumer, outcome, sorted, request, transacted);
        consumer.unacknowledged.removeAll(sorted);
        if (consumer.closing && consumer.unacknowledged.isEmpty() && !transacted) {
            session.consumers.remove(consumer.number);
        }
    }

    private void writeAck(
            SimSession session,
            SimConsumer consumer,
            AckOutcome outcome,
            List<Long> tags,
            int request,
            boolean transacted) {
        List<long[]> ranges = new ArrayList<>();
        for (long tag : tags) {
            long[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && last[1] == tag - 1) {
                last[1] = tag;
            } else {
                ranges.add(new long[] {tag, tag});
            }
        }
        WireBuffer to = AckFrame.begin(
                wire.writer(),
                session.number,
                transacted ? FrameFlags.ACK_TRANSACTED : 0,
                request,
                consumer.number,
                consumer.handedOut(),
                outcome,
                ranges.size());
        ranges.forEach(r -> to.u64(r[0]).u64(r[1]));
        wire.writer().end();
        wire.flush();
    }

    private static void acknowledged(SimSession session, int request) {
        session.unconfirmed.remove(request);
        if ("acknowledge".equals(session.waiting) && session.unconfirmed.isEmpty()) {
            session.waiting = null;
        }
    }

    /** Repeats, on a new connection, what was not confirmed. */
    void acknowledgeAgain(SimSession session) {
        List<SimSession.Unconfirmed> again = List.copyOf(session.unconfirmed.values());
        session.unconfirmed.clear();
        for (SimSession.Unconfirmed ack : again) {
            SimConsumer consumer = session.consumers.get(ack.consumer());
            if (consumer != null) {
                acknowledge(session, consumer, ack.outcome(), ack.tags(), false);
            }
        }
    }

    // --- browsers

    /** Looks through a queue to its end. */
    void browse(SimSession session, Destinations.Named queue, @Nullable String selector, int step) {
        session.waiting = "browse";
        int browser = wire.number();
        int request = wire.request(ok -> browseOn(session, browser, step), failure -> {
            Refusals.browser(failure);
            session.waiting = null;
        });
        wire.write(session.number, new Frame.BrowseOpen(request, browser, aliases.of(queue), selector));
    }

    private void browseOn(SimSession session, int browser, int step) {
        int request = wire.request(
                ok -> {
                    if (Result.BrowsedSoFar.of(ok).more()) {
                        browseOn(session, browser, step);
                    } else {
                        session.waiting = null;
                        wire.write(session.number, new Frame.BrowseClose(browser));
                    }
                },
                wire.unexpected("browse"));
        wire.write(session.number, new Frame.BrowseNext(request, browser, step));
    }

    // --- what the server does

    void delivered(DeliverFrame frame, int length) {
        SimConsumer consumer = consumers.get(frame.consumer());
        if (consumer == null || consumer.closing) {
            return;
        }
        long expiresAtMs = frame.remainingMs() == 0 ? 0 : wire.nowMs() + frame.remainingMs();
        consumer.fetched(new SimConsumer.Fetched(frame.tag(), frame.isRedelivered(), expiresAtMs, length));
    }

    void recalled(int session, Frame.Recall recall) {
        SimConsumer consumer = consumers.get(recall.consumer());
        if (consumer == null || consumer.closing) {
            return;
        }
        if (recall.slot() != Frame.Recall.ALL_SLOTS) {
            // Keeps what it has, which it may: the slot moves when all of it is done with.
            writeCredit(session, consumer);
            return;
        }
        long[] unseen = consumer.takeUnseen();
        consumer.recalled();
        long first = unseen == null ? consumer.received() + 1 : unseen[0];
        long last = unseen == null ? consumer.received() : unseen[1];
        wire.write(session, new Frame.Return(consumer.number, consumer.handedOut(), first, last));
    }

    /** The server has closed the consumer; returns it, or null if it is not known. */
    @Nullable
    SimConsumer lost(int number) {
        SimConsumer consumer = consumers.remove(number);
        if (consumer != null) {
            consumer.recovered();
        }
        return consumer;
    }
}
