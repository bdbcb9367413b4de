// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers send to groups while processes with consumers join, close, are killed and are stopped, and the server is killed in the middle; then everything is drained and the history judged.
 *
 * <p>Thread: one.
 */
final class Trial {
    private static final int PRODUCERS = 8;
    private static final int GROUPS = 256;
    private static final int PROCESSES = 4;
    private static final int SESSIONS = 3;
    private static final long DRAIN_WITHIN_S = 60;
    private static final long DRAIN_POLL_MS = 1_000;
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * How it goes.
     *
     * @param seconds how long there is traffic
     * @param changeEveryMs how often something is done to a process
     * @param messagesPerSecond of each producer
     * @param workMaxUs how long a consumer works on a message at most
     * @param modes those that sessions choose from
     * @param serverKills how often the server is killed, in even distances
     * @param patient URL parameters of sessions that are not given up during a stop, and after how many ms of silence they may be
     * @param impatient the same of sessions that are given up during a long stop
     * @param rules of the checker
     * @param seed of all that happens by chance
     */
    record Options(
            int seconds,
            int changeEveryMs,
            int messagesPerSecond,
            int workMaxUs,
            List<Mode> modes,
            int serverKills,
            Patience patient,
            Patience impatient,
            Rules rules,
            long seed) {}

    /**
     * How long a session may be silent.
     *
     * @param parameter what to append to the URL
     * @param fenceAfterMs after how many ms it may be given up at the earliest
     * @param longStopMs how long a stop takes that makes sure of it; 0 if no stop may
     */
    record Patience(String parameter, int fenceAfterMs, int longStopMs) {}

    /** What came of it. */
    record Result(List<Event> events, List<Violation> violations, boolean drained) {
        long count(Kind kind) {
            return events.stream().filter(e -> e.kind() == kind).count();
        }

        String summary() {
            long again = events.stream().filter(e -> e.has(Event.REDELIVERED)).count();
            return count(Kind.SENT) + " sends confirmed, " + count(Kind.DELIVERED) + " deliveries (" + again
                    + " redelivered), " + count(Kind.KILLED) + " consumers' processes killed, " + count(Kind.STOPPED)
                    + " stopped, " + count(Kind.SERVER_KILLED) + " kills of the server, " + count(Kind.REFUSED)
                    + " refused, " + violations.size() + " violations" + (drained ? "" : ", NOT drained");
        }
    }

    private record Frozen(ConsumerProcess process, long untilNs) {}

    private final Provider provider;
    private final TrialServer server;
    private final Options options;
    private final Path folder;
    private final EventLog log;
    private final SplittableRandom random;
    private final List<ConsumerProcess> patient = new ArrayList<>();
    private final List<ConsumerProcess> impatient = new ArrayList<>();
    private final List<ConsumerProcess> leaving = new ArrayList<>();
    private final List<Frozen> frozen = new ArrayList<>();
    private int processes;

    Trial(Provider provider, TrialServer server, Options options, Path folder) throws IOException {
        this.provider = provider;
        this.server = server;
        this.options = options;
        this.folder = folder;
        this.log = new EventLog(folder, "trial");
        this.random = new SplittableRandom(options.seed());
    }

    Result run() throws IOException, InterruptedException {
        List<Producer> producers = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                join();
            }
            for (int i = 0; i < PRODUCERS; i++) {
                producers.add(
                        new Producer(provider, i, GROUPS, options.messagesPerSecond(), log, options.seed()).start());
            }
            disturb();
            for (Producer producer : producers) {
                producer.stop();
            }
            for (Producer producer : producers) {
                producer.join();
            }
            boolean drained = drain();
            endAll();
            List<Event> events = EventLog.read(folder);
            return new Result(events, GroupChecker.check(events, options.rules()), drained);
        } finally {
            producers.forEach(Producer::stop);
            all().forEach(ConsumerProcess::kill);
        }
    }

    private List<ConsumerProcess> all() {
        List<ConsumerProcess> all = new ArrayList<>(patient);
        all.addAll(impatient);
        all.addAll(leaving);
        frozen.forEach(f -> all.add(f.process()));
        return all.stream().filter(ConsumerProcess::isAlive).toList();
    }

    private void join() throws IOException {
        int number = ++processes;
        boolean isImpatient = number % 2 == 0;
        Patience patience = isImpatient ? options.impatient() : options.patient();
        List<Mode> modes = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            modes.add(options.modes().get(random.nextInt(options.modes().size())));
        }
        Consumers.Options o = new Consumers.Options(
                folder, number, modes, patience.fenceAfterMs(), options.workMaxUs(), random.nextLong());
        Provider at = provider.at(provider.url() + patience.parameter());
        (isImpatient ? impatient : patient).add(ConsumerProcess.start(at, o, log));
    }

    private void disturb() throws IOException {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(options.seconds());
        long killEveryNs = (end - start) / (options.serverKills() + 1);
        long changeEveryNs = TimeUnit.MILLISECONDS.toNanos(options.changeEveryMs());
        long nextChange = start + changeEveryNs;
        long nextKill = start + killEveryNs;
        for (long now = start; now < end; now = System.nanoTime()) {
            // The moment of each change is part of what is tried; nothing is waited for.
            LockSupport.parkNanos(STEP_NS);
            thaw(now);
            if (now >= nextChange) {
                nextChange += changeEveryNs;
                change();
            }
            if (now >= nextKill && end - now > killEveryNs / 2) {
                nextKill += killEveryNs;
                killServer();
            }
        }
        thaw(Long.MAX_VALUE);
    }

    private void killServer() {
        log.add(Kind.SERVER_KILLED, -1);
        server.kill();
        server.restart();
        log.add(Kind.SERVER_UP, -1);
    }

    private void change() throws IOException {
        List<ConsumerProcess> side = random.nextBoolean() || impatient.isEmpty() ? patient : impatient;
        if (side.isEmpty()) {
            join();
            return;
        }
        ConsumerProcess one = side.remove(random.nextInt(side.size()));
        switch (random.nextInt(3)) {
            case 0 -> {
                one.kill();
                join();
            }
            case 1 -> {
                one.leave();
                leaving.add(one);
                join();
            }
            default -> {
                Patience patience = side == impatient ? options.impatient() : options.patient();
                int shortMs = Math.min(1_500, patience.fenceAfterMs() / 2);
                boolean longStop = patience.longStopMs() > 0 && random.nextBoolean();
                one.freeze();
                frozen.add(new Frozen(
                        one,
                        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longStop ? patience.longStopMs() : shortMs)));
            }
        }
    }

    /** Lets those go on whose time is over. */
    private void thaw(long nowNs) throws IOException {
        for (Frozen f : List.copyOf(frozen)) {
            if (f.untilNs() <= nowNs) {
                f.process().goOn();
                frozen.remove(f);
                (f.process().number % 2 == 0 ? impatient : patient).add(f.process());
            }
        }
    }

    private boolean drain() throws IOException {
        Rules rules = new Rules(false, true, options.rules().acknowledgedWithinMs());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_WITHIN_S);
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(DRAIN_POLL_MS));
            if (GroupChecker.check(EventLog.read(folder), rules).stream()
                    .noneMatch(v -> v.kind() == Violation.Kind.LOST)) {
                return true;
            }
        }
        return false;
    }

    private void endAll() throws IOException, InterruptedException {
        for (ConsumerProcess process : all()) {
            process.leave();
        }
        for (ConsumerProcess process : all()) {
            if (!process.awaitEnd()) {
                throw new AssertionError("Process " + process.number + " with consumers does not end");
            }
        }
    }
}
