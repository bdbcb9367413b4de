// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.core.xa.XaCode;
import io.quoin.server.model.Refusal;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long the core keeps the owner's thread in one cycle while it does something to a queue of a million messages: the
 * processor time of what the owner calls between two looks at its connections, which other work on the machine does not change
 * much. Run {@link #main}; its argument is the number of messages.
 */
public final class StepTimes {
    private static final int TICK_BUDGET = 1_024;
    private static final int DISPATCH_BUDGET = 4_096;
    private static final int SLICE = 1_024;
    private static final long DISPATCH_NS = 1_000_000;
    private static final int S = 1;
    /** Transacted sessions. */
    private static final int T = 2;

    private static final int XA = 3;
    private static final int IN_TRANSACTION = 100_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final TestServer server = new TestServer();
    private final TestClient client;
    private final int orders;
    private long[] times = new long[1 << 16];
    private int cycles;

    private StepTimes() throws Refusal {
        server.store.isCounting = false;
        client = server.client();
        client.session(S, AcknowledgeMode.AUTO);
        orders = client.queue("orders");
    }

    public static void main(String[] args) throws Refusal {
        int messages = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
        StepTimes warmUp = new StepTimes();
        warmUp.run(messages / 2, false);
        new StepTimes().run(messages, true);
        new StepTimes().runTransactions(false);
        new StepTimes().runTransactions(true);
    }

    private void run(int messages, boolean shown) throws Refusal {
        for (int i = 0; i < messages; i++) {
            client.send(
                    S,
                    orders,
                    "m",
                    TestClient.sent()
                            .correlationId("request-" + i)
                            .property("number", i)
                            .property("colour", i % 10_000 == 0 ? "red" : "grey"));
            if (i % 1_000 == 0) {
                server.flush();
            }
        }
        server.settle();
        measure(shown, "index by colour", () -> client.consume(S, 1, orders, 0, null, "colour = 'red'"));
        measure(
                shown,
                "next consumer of colour",
                () -> client.consume(S, 2, orders, 0, null, "colour = 'red' AND number > 5"));
        measure(shown, "selector that looks at all", () -> client.consume(S, 3, orders, 0, null, "number + 1 < 0"));
        measure(shown, "another such selector", () -> client.consume(S, 5, orders, 0, null, "number + 2 < 0"));
        measure(shown, "1,000 consumers by correlation id", () -> {
            for (int i = 0; i < 1_000; i++) {
                client.consume(S, 10 + i, orders, 0, null, "JMSCorrelationID = 'request-" + i * 7 + "'");
            }
        });
        measure(shown, "close of 1,000 consumers", () -> {
            for (int i = 0; i < 1_000; i++) {
                client.closeConsumer(S, 10 + i, 0);
            }
        });
        measure(shown, "full browse", () -> {
            server.broker.messages().openBrowser(client.c, S, new Frame.BrowseOpen(client.request(), 1, orders, null));
            server.broker.messages().browseNext(client.c, S, new Frame.BrowseNext(client.request(), 1, messages));
        });
        client.out.browsed.clear();
        measure(shown, "consumer of 100,000", () -> client.consume(S, 4, orders, 0, null, null, 100_000));
        measure(shown, "their return", () -> client.closeConsumer(S, 4, 0));
        measure(shown, "purge", () -> {
            try {
                server.broker.purge("orders");
            } catch (Refusal e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Large transactions: what their ends cost the owner at a time. */
    private void runTransactions(boolean shown) throws Refusal {
        client.session(T, AcknowledgeMode.TRANSACTED);
        client.session(XA, AcknowledgeMode.XA);
        int large = client.queue("large");
        sendInTransaction(T, large);
        measure(shown, "rollback of 100,000 sends", () -> client.rollback(T, 1));
        sendInTransaction(T, large);
        measure(shown, "commit of 100,000 sends", () -> client.commit(T, 2));
        receive(T, 1_000, large);
        measure(shown, "rollback of 100,000 received", () -> client.rollback(T, 3));
        measure(shown, "their return", () -> client.closeConsumer(T, 1_000, 0));
        client.take();
        receive(T, 1_001, large);
        measure(shown, "commit of 100,000 received", () -> client.commit(T, 4));
        client.closeConsumer(T, 1_001, 0);
        client.take();

        Xid branch = BranchTest.xid(1);
        client.xaStart(XA, branch, XaCode.TM_NO_FLAGS);
        sendInTransaction(XA, large);
        client.xaEnd(XA, branch, XaCode.TM_SUCCESS);
        measure(shown, "one-phase commit of as many", () -> client.xaCommit(branch, true));
        client.xaStart(XA, branch, XaCode.TM_NO_FLAGS);
        receive(XA, 1_002, large);
        client.xaEnd(XA, branch, XaCode.TM_SUCCESS);
        measure(shown, "rollback of a branch that received", () -> client.xaRollback(branch));
        measure(shown, "their return", () -> client.closeConsumer(XA, 1_002, 0));
        client.take();
        client.xaStart(XA, branch, XaCode.TM_NO_FLAGS);
        receive(XA, 1_003, large);
        client.xaEnd(XA, branch, XaCode.TM_SUCCESS);
        measure(shown, "prepare", () -> client.xaPrepare(branch));
        measure(shown, "rollback of a prepared one", () -> client.xaRollback(branch));
    }

    private void sendInTransaction(int session, int alias) {
        for (int i = 0; i < IN_TRANSACTION; i++) {
            client.send(session, alias, "m", TestClient.sent().transacted());
            if (i % 1_000 == 0) {
                server.flush();
            }
        }
        server.settle();
    }

    /** Receives and acknowledges in the transaction, a few at a time as a client does. */
    private void receive(int session, int consumer, int alias) {
        client.consume(session, consumer, alias, 0, null, null, IN_TRANSACTION);
        server.settle();
        for (int tag = 1; tag <= IN_TRANSACTION; tag += 100) {
            client.ack(session, consumer, tag, tag + 99, AckOutcome.CONSUMED, true);
        }
        server.settle();
    }

    private void measure(boolean shown, String what, Runnable action) {
        cycles = 0;
        long began = THREADS.getCurrentThreadCpuTime();
        action.run();
        long command = THREADS.getCurrentThreadCpuTime() - began;
        for (boolean more = true; more; ) {
            server.flush();
            more = cycle();
        }
        if (shown) {
            Arrays.sort(times, 0, cycles);
            System.out.println(String.format(
                    Locale.ROOT,
                    "%-36s command %8.3f ms; %6d cycles: p50 %6.3f ms, p99 %6.3f ms, longest %6.3f ms, together %8.1f ms",
                    what,
                    command / 1e6,
                    cycles,
                    times[cycles / 2] / 1e6,
                    times[cycles * 99 / 100] / 1e6,
                    times[cycles - 1] / 1e6,
                    Arrays.stream(times, 0, cycles).sum() / 1e6));
        }
    }

    /** What the owner does in one cycle; whether there is more to do. */
    private boolean cycle() {
        long began = THREADS.getCurrentThreadCpuTime();
        server.broker.now(server.wallMs, server.wallMs * 1_000_000);
        int work = server.broker.tick(TICK_BUDGET);
        int left = DISPATCH_BUDGET;
        while (left > 0 && THREADS.getCurrentThreadCpuTime() - began < DISPATCH_NS) {
            int done = server.broker.dispatch(SLICE);
            work += done;
            left -= done;
            if (done == 0) {
                break;
            }
        }
        if (cycles == times.length) {
            times = Arrays.copyOf(times, 2 * cycles);
        }
        times[cycles++] = THREADS.getCurrentThreadCpuTime() - began;
        return work > 0 || server.broker.hasWork() || server.broker.hasUnforcedWork();
    }
}
