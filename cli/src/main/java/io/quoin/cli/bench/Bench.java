// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/** One run. Confined to the thread that runs it; producers and consumers have their own. */
public final class Bench {

    private static final long TICK_MS = 250;

    /** What is still on the way when the producers stop is waited for, but not for longer. */
    private static final long DRAIN_MAX_MS = 10_000;

    private final BenchPlan plan;
    private final Phase phase;
    private final SharedConnections connections;
    private final List<Worker> producers = new ArrayList<>();
    private final List<Worker> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Told now and then how it goes. */
    public interface Progress {

        /**
         * It goes like this.
         *
         * @param phase in a word or two
         * @param sentPerSecond and {@code receivedPerSecond}: since the last time
         * @param sent and {@code received}: since the beginning
         */
        void at(String phase, double sentPerSecond, double receivedPerSecond, long sent, long received);
    }

    public Bench(Connector connector, BenchPlan plan) {
        this.plan = plan;
        this.phase = new Phase(plan);
        this.connections = new SharedConnections(connector, plan.connections());
        for (int i = 0; i < plan.receiving().consumers(); i++) {
            consumers.add(new Consumer(connections, plan, phase, i, i));
        }
        for (int i = 0; i < plan.sending().producers(); i++) {
            producers.add(
                    new Producer(connections, plan, phase, i, plan.receiving().consumers() + i));
        }
    }

    /**
     * Measures.
     *
     * @throws Exception what a producer or consumer failed with
     */
    public BenchResult run(Progress progress) throws Exception {
        try (connections) {
            long beganNs = System.nanoTime();
            start(consumers, "bench-consumer-");
            start(producers, "bench-producer-");
            phase.awaitReady();
            double setUpSeconds = seconds(beganNs);
            Meter meter = new Meter(progress);
            double[] measured = plan.length().messages() > 0 ? runMessages(meter) : runSeconds(meter);
            phase.stopReceiving();
            for (Thread thread : threads) {
                thread.join();
            }
            throwFailure();
            return new BenchResult(setUpSeconds, side(producers, measured[0]), side(consumers, measured[1]));
        } catch (Exception e) {
            throwFailure(); // rather than what it led to
            throw e;
        }
    }

    /** Returns for how many seconds producers and consumers were measured. */
    private double[] runSeconds(Meter meter) throws InterruptedException {
        phase.go();
        await(plan.length().warmUpSeconds(), meter, "warming up");
        phase.measuring(true);
        long beganNs = System.nanoTime();
        await(plan.length().seconds(), meter, "measuring");
        phase.measuring(false);
        double seconds = seconds(beganNs);
        phase.stopSending();
        drain(meter);
        return new double[] {seconds, seconds};
    }

    private double[] runMessages(Meter meter) throws InterruptedException {
        phase.measuring(true);
        long beganNs = System.nanoTime();
        phase.go();
        double sendSeconds = 0;
        long all = plan.length().messages() * plan.copies();
        while (!hasFailed()) {
            boolean sending = producers.size() > 0 && isAlive(producers);
            if (sending) {
                sendSeconds = seconds(beganNs);
            }
            if (!sending && (consumers.isEmpty() || received() >= all)) {
                break;
            }
            threads.get(threads.size() - 1).join(1);
            if (!sending) {
                threads.get(0).join(1);
            }
            meter.tick(sending ? "sending" : "receiving");
        }
        return new double[] {Math.max(1e-3, sendSeconds), Math.max(1e-3, seconds(beganNs))};
    }

    private boolean isAlive(List<Worker> workers) {
        int from = workers == consumers ? 0 : consumers.size();
        return threads.subList(from, from + workers.size()).stream().anyMatch(Thread::isAlive);
    }

    private void start(List<Worker> workers, String name) {
        for (Worker worker : workers) {
            Thread thread = new Thread(worker, name + threads.size());
            threads.add(thread);
            thread.start();
        }
    }

    /** Waits, telling the progress, until time is up or somebody has failed. */
    private void await(double seconds, Meter meter, String what) throws InterruptedException {
        long endNs = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        for (long left = endNs - System.nanoTime(); left > 0 && !hasFailed(); left = endNs - System.nanoTime()) {
            threads.get(0).join(Math.max(1, Math.min(TICK_MS, TimeUnit.NANOSECONDS.toMillis(left))));
            meter.tick(what);
        }
    }

    /** Waits until consumers have what producers sent, as far as they get on. */
    private void drain(Meter meter) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MAX_MS);
        for (int i = consumers.size(); i < threads.size(); i++) {
            threads.get(i).join(DRAIN_MAX_MS);
        }
        long before = -1;
        while (!consumers.isEmpty()
                && !producers.isEmpty()
                && received() < sum(producers, Worker::total) * plan.copies()
                && received() != before
                && System.nanoTime() < endNs
                && !hasFailed()) {
            before = received();
            threads.get(0).join(TICK_MS);
            meter.tick("draining");
        }
    }

    private long received() {
        return sum(consumers, Worker::total);
    }

    private boolean hasFailed() {
        return producers.stream().anyMatch(worker -> worker.failure() != null)
                || consumers.stream().anyMatch(worker -> worker.failure() != null);
    }

    private void throwFailure() throws Exception {
        for (List<Worker> workers : List.of(producers, consumers)) {
            for (Worker worker : workers) {
                Throwable failure = worker.failure();
                if (failure instanceof Exception e) {
                    throw e;
                }
                if (failure instanceof Error e) {
                    throw e;
                }
            }
        }
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    private static long sum(List<Worker> workers, ToLongFunction<Worker> count) {
        return workers.stream().mapToLong(count).sum();
    }

    private static BenchResult.Side side(List<Worker> workers, double seconds) {
        Histogram all = new Histogram(3);
        workers.forEach(worker -> all.add(worker.latencyNs()));
        return new BenchResult.Side(seconds, sum(workers, Worker::measured), sum(workers, Worker::total), all);
    }

    /** What went through since the last look. */
    private final class Meter {

        private final Progress progress;
        private long sent;
        private long received;
        private long atNs = System.nanoTime();

        Meter(Progress progress) {
            this.progress = progress;
        }

        void tick(String what) {
            long nowNs = System.nanoTime();
            double seconds = (nowNs - atNs) / 1e9;
            if (seconds < TICK_MS / 2e3) {
                return;
            }
            long nowSent = sum(producers, Worker::total);
            long nowReceived = received();
            progress.at(what, (nowSent - sent) / seconds, (nowReceived - received) / seconds, nowSent, nowReceived);
            sent = nowSent;
            received = nowReceived;
            atNs = nowNs;
        }
    }
}
