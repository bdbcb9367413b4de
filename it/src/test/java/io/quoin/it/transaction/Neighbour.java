// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Another producer, which waits for each of its messages to be stored, and knows what somebody else did meanwhile: what it
 * notices of that is the ratio to calm phases between, under the same load of the machine.
 *
 * <p>Thread: its own; a test says what phase it is, and waits.
 */
final class Neighbour extends Thread {

    private static final long WITHIN_S = 60;

    private final String url;
    private final Map<Phase, Times> times = new EnumMap<>(Phase.class);
    private volatile Phase phase = Phase.WARM_UP;
    private volatile int sends;
    private volatile boolean ended;

    Neighbour(String url) {
        super("neighbour");
        this.url = url;
        for (Phase one : Phase.values()) {
            times.put(one, new Times());
        }
    }

    /** What somebody else does with a large transaction. */
    enum Phase {
        WARM_UP,
        CALM,
        SENDING,
        COMMITTING,
        ROLLING_BACK,
        RECEIVING,
        ROLLING_BACK_WHAT_WAS_RECEIVED,
        ACKNOWLEDGING
    }

    @Override
    public void run() {
        try (JMSContext context = new QuoinConnectionFactory(url).createContext()) {
            Queue queue = context.createQueue("neighbour");
            JMSProducer producer = context.createProducer();
            while (!ended) {
                Phase begun = phase;
                long beganNs = System.nanoTime();
                producer.send(queue, "message");
                times.get(begun).add(System.nanoTime() - beganNs);
                sends++; // nobody else writes it
            }
        }
    }

    /** From now on, what somebody else does is that. */
    void during(Phase next) {
        phase = next;
    }

    /** Nobody else does anything, for so many sends. */
    void calm(int forSends) {
        phase = phase == Phase.WARM_UP ? Phase.WARM_UP : Phase.CALM;
        int until = sends + forSends;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        while (sends - until < 0) {
            assertThat(System.nanoTime() - deadlineNs)
                    .as("the neighbour sends, at %d", sends)
                    .isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        phase = Phase.CALM;
    }

    /** Ends, and prints what was noticed. */
    void end(String what) throws InterruptedException {
        ended = true;
        join();
        times.remove(Phase.WARM_UP);
        long calm = times.get(Phase.CALM).percentile(99);
        System.out.println("What a neighbour notices of " + what + ", in us:");
        times.forEach((of, all) -> {
            if (all.count > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "  %-32s %6d sends, 50 %% %7d, 99 %% %7d, longest %7d: 99 %% is %.1f times that of calm%n",
                        of.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        all.count,
                        all.percentile(50) / 1_000,
                        all.percentile(99) / 1_000,
                        all.percentile(100) / 1_000,
                        (double) all.percentile(99) / calm);
            }
        });
    }

    /** How long sends took. */
    private static final class Times {

        private long[] nanos = new long[1024];
        private int count;
        private boolean isSorted;

        void add(long time) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = time;
        }

        long percentile(int percent) {
            if (!isSorted) {
                Arrays.sort(nanos, 0, count);
                isSorted = true;
            }
            return nanos[Math.max(0, (int) Math.ceil(count * percent / 100.0) - 1)];
        }
    }
}
