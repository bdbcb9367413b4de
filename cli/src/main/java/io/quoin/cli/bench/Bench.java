// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/** One run. Confined to the thread that runs it; producers and consumers have their own. */
public final class Bench {

    private static final long TICK_MS = 250;

    /** What is still on the way when the producers stop is waited for, but not for longer. */
    private static final long DRAIN_MAX_MS = 10_000;

    private final BenchPlan plan;
    private final Phase phase;
    private final List<Worker> producers = new ArrayList<>();
    private final List<Worker> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    public Bench(Connector connector, BenchPlan plan) {
        this.plan = plan;
        this.phase = new Phase(plan.producers() + plan.consumers());
        for (int i = 0; i < plan.consumers(); i++) {
            consumers.add(new Consumer(connector, plan, phase, i));
        }
        for (int i = 0; i < plan.producers(); i++) {
            producers.add(new Producer(connector, plan, phase, i));
        }
    }

    /**
     * Measures.
     *
     * @param progress told now and then how many messages a second went through
     * @throws Exception what a producer or consumer failed with
     */
    public BenchResult run(DoubleConsumer progress) throws Exception {
        start(consumers, "bench-consumer-");
        start(producers, "bench-producer-");
        phase.awaitReady();
        phase.go();
        await(plan.warmUpSeconds(), progress);
        phase.measuring(true);
        long beganNs = System.nanoTime();
        await(plan.seconds(), progress);
        phase.measuring(false);
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        phase.stopSending();
        drain();
        phase.stopReceiving();
        for (Thread thread : threads) {
            thread.join();
        }
        throwFailure();
        return new BenchResult(
                seconds,
                sum(producers, Worker::measured),
                sum(consumers, Worker::measured),
                latency(producers),
                latency(consumers));
    }

    private void start(List<Worker> workers, String name) {
        for (Worker worker : workers) {
            Thread thread = new Thread(worker, name + threads.size());
            threads.add(thread);
            thread.start();
        }
    }

    /** Waits, telling the progress, until time is up or somebody has failed. */
    private void await(double seconds, DoubleConsumer progress) throws InterruptedException {
        long endNs = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        List<Worker> counted = consumers.isEmpty() ? producers : consumers;
        long before = sum(counted, Worker::total);
        long beforeNs = System.nanoTime();
        for (long left = endNs - beforeNs; left > 0 && !hasFailed(); left = endNs - System.nanoTime()) {
            threads.get(0).join(Math.max(1, Math.min(TICK_MS, TimeUnit.NANOSECONDS.toMillis(left))));
            long now = sum(counted, Worker::total);
            long nowNs = System.nanoTime();
            progress.accept((now - before) * 1e9 / Math.max(1, nowNs - beforeNs));
            before = now;
            beforeNs = nowNs;
        }
    }

    /** Waits until consumers have what producers sent, as far as they get on. */
    private void drain() throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MAX_MS);
        for (int i = consumers.size(); i < threads.size(); i++) {
            threads.get(i).join(DRAIN_MAX_MS);
        }
        long received = -1;
        while (!consumers.isEmpty()
                && !producers.isEmpty()
                && sum(consumers, Worker::total) < sum(producers, Worker::total)
                && sum(consumers, Worker::total) != received
                && System.nanoTime() < endNs
                && !hasFailed()) {
            received = sum(consumers, Worker::total);
            threads.get(0).join(TICK_MS);
        }
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

    private static long sum(List<Worker> workers, ToLongFunction<Worker> count) {
        return workers.stream().mapToLong(count).sum();
    }

    private static Histogram latency(List<Worker> workers) {
        Histogram all = new Histogram(3);
        workers.forEach(worker -> all.add(worker.latencyNs()));
        return all;
    }
}
