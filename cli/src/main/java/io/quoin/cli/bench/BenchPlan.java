// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.Session;

/**
 * What is measured.
 *
 * @param connections that producers and consumers share, in turn; 0 for one each
 * @param work transactions
 * @param length of the run
 */
public record BenchPlan(
        Destinations destinations, Sending sending, Receiving receiving, int connections, Work work, Length length) {

    /** Where a send notes its time, so that the consumer can tell how long it took. */
    static final int STAMP_BYTES = Long.BYTES;

    /**
     * Where messages go.
     *
     * @param name of the queue or topic; with several, a number is added
     * @param uniform whether each message goes to any of them, with the same chance, and consumers share all; otherwise each
     *     producer and consumer has one, in turn
     */
    public record Destinations(String name, int count, boolean topic, boolean uniform) {

        String name(int number) {
            return count == 1 ? name : name + "." + number % count;
        }
    }

    /**
     * What producers do.
     *
     * @param bodyBytes of each message, at least 8
     * @param persistent delivery mode
     * @param window messages that a producer has on the way at the same time: 1 waits for each send to return
     * @param outstanding messages of all producers that were sent and not received, at most; 0 for any number
     * @param groups of which each message belongs to one; 0 for none
     * @param ratePerSecond of all producers together; 0 for as fast as it goes. Latency then counts from when a send was due
     */
    public record Sending(
            int producers,
            int bodyBytes,
            boolean persistent,
            int window,
            int outstanding,
            int groups,
            double ratePerSecond) {}

    /**
     * What consumers do.
     *
     * @param ackMode of {@link Session}, or the provider's own
     * @param listener whether a message listener receives; otherwise {@code receive}
     */
    public record Receiving(int consumers, int ackMode, boolean listener) {}

    /**
     * Units of work.
     *
     * @param size sends or receives in each; 0 for none
     * @param xa whether they are branches of global transactions, committed in two phases
     */
    public record Work(int size, boolean xa) {}

    /**
     * How long it is measured.
     *
     * @param warmUpSeconds before
     * @param seconds measured
     * @param messages if above 0, so many are sent, and received, instead, and everything counts
     */
    public record Length(double warmUpSeconds, double seconds, long messages) {}

    /** @throws IllegalArgumentException if that cannot be measured, with a sentence */
    public BenchPlan {
        check(sending.producers >= 0 && receiving.consumers >= 0, "There are no less than 0 producers and consumers");
        check(sending.producers + receiving.consumers > 0, "There must be a producer or a consumer");
        check(sending.bodyBytes >= STAMP_BYTES, "A body has at least " + STAMP_BYTES + " bytes");
        check(destinations.count >= 1 && sending.window >= 1, "Destinations and window are at least 1");
        check(
                sending.outstanding >= 0
                        && sending.groups >= 0
                        && sending.ratePerSecond >= 0
                        && connections >= 0
                        && work.size >= 0
                        && length.messages >= 0,
                "Numbers are not negative");
        check(length.seconds > 0 && length.warmUpSeconds >= 0, "It must be measured for some time");
        check(!work.xa || work.size > 0, "Global transactions need a size: --transacted");
        check(!work.xa || !listens(receiving, destinations), "A listener cannot receive in a global transaction");
        check(work.size == 0 || sending.window == 1, "Sends in a transaction are not asynchronous: leave out --window");
        check(
                sending.outstanding == 0
                        || sending.producers == 0
                        || (receiving.consumers > 0 && sending.outstanding >= work.size),
                "Outstanding messages need a consumer, and no less of them than a transaction has");
    }

    private static void check(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Whether consumers have listeners: asked for, or needed because one has several destinations. */
    public boolean listens() {
        return listens(receiving, destinations);
    }

    private static boolean listens(Receiving receiving, Destinations destinations) {
        return receiving.listener || (destinations.uniform && destinations.count > 1);
    }

    /** How often each message is received. */
    int copies() {
        return destinations.topic && !destinations.uniform ? Math.max(1, receiving.consumers / destinations.count) : 1;
    }
}
