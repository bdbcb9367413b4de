// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Quiet;
import io.quoin.it.sim.model.ServerView;
import io.quoin.it.sim.model.Trace;
import io.quoin.it.sim.model.Violation;
import io.quoin.server.core.QueueInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * One simulation: a server, a few clients, the links between them, a disk and time. Everything that happens is picked by
 * chance from one seed, one thing at a time, so that the same seed gives the same history, and any moment of any part can
 * meet any moment of any other.
 */
final class Simulation {

    /** What may happen next, in the order of the weights. */
    private enum Happening {
        APPLICATION(300),
        TO_SERVER(150),
        TO_CLIENT(150),
        SERVER_STEP(150),
        SHORT_TIME(60),
        LONG_TIME(4),
        CUT(2),
        KILL(2),
        STOP(1),
        HOUSEKEEPING(4),
        DISK_FAULT(1),
        DISK_FULL(1),
        SETTLE(4);

        private final int weight;

        Happening(int weight) {
            this.weight = weight;
        }
    }

    /** Rounds in which everything must come to rest. */
    private static final int SETTLE_ROUNDS_MAX = 20_000;

    private final long seed;
    private final Chance chance;
    private final TickingClock clock = new TickingClock();
    private final Trace trace;
    private final ServerView view;
    private final SimServer server;
    private final Destinations destinations;
    private final List<Script> scripts = new ArrayList<>();
    private final List<SimLink> links = new ArrayList<>();
    private final TransactionManager manager;
    private final boolean usesBranches;
    private final int[] weights;
    private final int steps;

    /** @param traceLines how many lines are kept of what happened last */
    Simulation(long seed, int traceLines) {
        this.seed = seed;
        this.chance = new Chance(seed);
        this.trace = new Trace(traceLines);
        this.destinations = Destinations.random(chance.split());
        this.view = new ServerView(trace, clock::wallMs, destinations.limits());
        this.server = new SimServer(clock, view, trace, chance.split());
        this.weights = weights(chance.split());
        this.steps = chance.pick(200, 1_000, 2_000);
        this.manager = new TransactionManager(trace, chance.split());
        this.usesBranches = chance.in(0.5);
        int clients = chance.between(1, 4);
        for (int i = 0; i < clients; i++) {
            scripts.add(script("client" + i, chance.in(0.5) ? "id" + i : null));
        }
    }

    private static int[] weights(Chance chance) {
        Happening[] all = Happening.values();
        int[] weights = new int[all.length];
        for (Happening one : all) {
            boolean always = one.weight >= 50;
            weights[one.ordinal()] = always ? one.weight * chance.between(1, 4) : one.weight * chance.below(5);
        }
        return weights;
    }

    private Script script(String name, String clientId) {
        long skewMs = chance.pick(0L, 0L, 3_600_000L, -3_600_000L);
        SimClient client = new SimClient(name, clientId, skewMs, surroundings(), view, trace, chance.split());
        return new Script(client, destinations, manager, usesBranches, chance.split());
    }

    private SimClient.Surroundings surroundings() {
        return new SimClient.Surroundings() {
            @Override
            public SimLink connect(String name) {
                SimLink link = new SimLink(name, view.connected(name));
                links.add(link);
                server.accept(link);
                return link;
            }

            @Override
            public long nowMs() {
                return clock.wallMs();
            }
        };
    }

    /** Runs it to its end. */
    void run() {
        try {
            server.start();
            for (int i = 0; i < steps; i++) {
                step();
            }
            finish();
        } catch (AssertionError | RuntimeException e) {
            throw new Violation("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /** What happened last. */
    List<String> trace() {
        return trace.lines();
    }

    /** A number that is the same for every run of a seed. */
    long fingerprint() {
        return trace.count();
    }

    // --- one thing at a time ---

    private void step() {
        housekeeping();
        if (usesBranches && manager.hasPrepared() && chance.in(0.02)) {
            server.kill();
        }
        switch (Happening.values()[chance.weighted(weights)]) {
            case APPLICATION -> application();
            case TO_SERVER -> moveSomeToServer();
            case TO_CLIENT -> moveSomeToClient();
            case SERVER_STEP -> serverStep();
            case SHORT_TIME -> pass(chance.pick(1, 1, 5, 20));
            case LONG_TIME -> passSteadily(chance.pick(100, 600, 3_000, 20_000));
            case CUT -> cutOne();
            case KILL -> server.kill();
            case STOP -> stop();
            case HOUSEKEEPING -> server.keepHouse();
            case DISK_FAULT -> {
                trace.add("the disk will fail");
                server.faults().arm();
            }
            case DISK_FULL -> {
                server.faults().diskFull(!server.faults().isDiskFull() && chance.in(0.7));
                view.hindered(view.isHindered() || server.faults().isDiskFull());
                trace.add("the disk is ", server.faults().isDiskFull() ? "full" : "not full");
            }
            case SETTLE -> settle();
        }
    }

    private void application() {
        Script script = chance.pick(scripts);
        if (script.client().state() == SimClient.State.DOWN) {
            if (server.isUp()) {
                script.client().connect(chance.in(0.8));
            }
            return;
        }
        script.act(clock.wallMs());
    }

    /** What follows from what has happened: links of a dead server end, clients notice, a dead server starts again. */
    private void housekeeping() {
        if (!server.isUp()) {
            links.forEach(SimLink::serverDied);
            if (chance.in(0.2)) {
                server.start();
            }
        }
        for (SimLink link : links) {
            if (link.wantsEnd()) {
                server.guarded(() -> link.cut(true));
            }
        }
        for (Script script : scripts) {
            SimLink link = script.client().link();
            if (link != null && link.isEndOfStream()) {
                script.client().lost();
            }
        }
        links.removeIf(l -> l.isEnded() && l.toClientBytes() == 0);
    }

    private void serverStep() {
        server.step();
    }

    private void moveSomeToServer() {
        List<SimLink> full = links.stream().filter(l -> l.toServerBytes() > 0).toList();
        if (!full.isEmpty() && server.isUp()) {
            SimLink link = chance.pick(full);
            int count = piece(link.toServerBytes());
            server.guarded(() -> link.moveToServer(count));
        }
    }

    private void moveSomeToClient() {
        List<Script> waiting =
                scripts.stream().filter(s -> hasBytes(s.client())).toList();
        if (!waiting.isEmpty()) {
            SimClient client = chance.pick(waiting).client();
            moveToClient(client, piece(client.link().toClientBytes()));
        }
    }

    private static boolean hasBytes(SimClient client) {
        SimLink link = client.link();
        return link != null && link.toClientBytes() > 0;
    }

    private static void moveToClient(SimClient client, int count) {
        client.arrived(client.link().moveToClient(count));
    }

    private int piece(int available) {
        return chance.in(0.6) ? available : chance.between(1, available);
    }

    private void pass(long ms) {
        clock.advanceMs(ms);
        scripts.forEach(s -> s.client().beat());
    }

    /** Lets time pass as it does for a server that is not hindered: it works whenever it has to. */
    private void passSteadily(long ms) {
        long left = ms;
        while (left > 0 && server.isUp()) {
            long step = Math.min(left, Math.max(1, Math.min(1_000, server.nextWorkMs())));
            pass(step);
            left -= step;
            server.step();
        }
        if (left > 0) {
            pass(left);
        }
    }

    /** The same, with clients that are heard of meanwhile. */
    private void passInTouch(long ms) {
        for (long left = ms; left > 0; left -= 10_000) {
            passSteadily(Math.min(left, 10_000));
            moveAll();
        }
    }

    /** An orderly stop, in which clients may have a moment to give back what they have not handed out. */
    private void stop() {
        if (!server.isUp()) {
            return;
        }
        view.hindered(true);
        server.beginStop();
        for (int i = chance.pick(0, 3, 30); i > 0 && server.isUp(); i--) {
            moveAll();
        }
        if (server.isUp()) {
            server.finishStop();
        }
        view.hindered(false);
    }

    private void cutOne() {
        List<SimLink> open = links.stream().filter(l -> !l.isEnded()).toList();
        if (!open.isEmpty() && server.isUp()) {
            SimLink link = chance.pick(open);
            trace.add("the link ", link, " is cut");
            server.guarded(() -> link.cut(chance.in(0.5)));
        }
    }

    // --- at rest ---

    /** Lets everything that is on its way arrive, and looks whether something waits that should not. */
    private void settle() {
        if (!server.isUp() || server.faults().isDiskFull()) {
            return;
        }
        comeToRest();
        if (!server.isUp()) {
            return;
        }
        trace.add("everything is at rest");
        view.hindered(false);
        List<String> stalls = Quiet.stalls(view);
        if (!stalls.isEmpty()) {
            throw new Violation("Something waits though nothing stands in its way: " + stalls);
        }
        checkCounts();
        server.checkCopy();
    }

    private void comeToRest() {
        int quiet = 0;
        for (int round = 0; quiet < 5 && server.isUp(); round++) {
            if (round > SETTLE_ROUNDS_MAX) {
                throw new Violation("The server does not come to rest");
            }
            boolean moved = moveAll();
            quiet = moved ? 0 : quiet + 1;
            if (!moved) {
                // Longer than anything that the server puts off while it is idle, a full disk included.
                pass(quiet == 2 ? 250 : 15);
            }
        }
    }

    private boolean moveAll() {
        housekeepingAtRest();
        boolean moved = false;
        for (SimLink link : List.copyOf(links)) {
            if (link.toServerBytes() > 0 && server.isUp()) {
                server.guarded(() -> link.moveToServer(link.toServerBytes()));
                moved = true;
            }
        }
        moved |= server.step();
        for (Script script : scripts) {
            if (hasBytes(script.client())) {
                moveToClient(script.client(), script.client().link().toClientBytes());
                moved = true;
            }
        }
        return moved;
    }

    private void housekeepingAtRest() {
        for (SimLink link : links) {
            if (link.wantsEnd()) {
                server.guarded(() -> link.cut(true));
            }
        }
    }

    private void checkCounts() {
        view.atRest();
        for (QueueInfo queue : server.queues()) {
            int least = Quiet.least(view, queue.name());
            int most = Quiet.most(view, queue.name());
            long told = queue.stats().depth() + queue.stats().delayed();
            if (told < least || told > most) {
                throw new Violation("Queue " + queue.name() + " says that it has " + told + " messages, and has from "
                        + least + " to " + most);
            }
        }
    }

    // --- the end ---

    /** Nothing fails any more: everything that was promised must come. */
    private void finish() {
        trace.add("the end begins");
        server.faults().clear();
        if (!server.isUp()) {
            links.forEach(SimLink::serverDied);
            server.start();
        }
        for (Script script : scripts) {
            if (script.client().state() == SimClient.State.OPEN && chance.in(0.5)) {
                script.client().goodbye();
            }
        }
        comeToRest();
        for (SimLink link : List.copyOf(links)) {
            link.cut(false);
        }
        housekeeping();
        passSteadily(1_000);
        if (usesBranches) {
            passSteadily(ServerView.BRANCH_TIMEOUT_MS + 1_000);
            view.branchesTimedOut();
        }
        Sweeper sweeper = new Sweeper(view, surroundings(), trace, manager, chance.split());
        scripts.clear();
        scripts.addAll(sweeper.scripts(destinations));
        drain(sweeper);
        server.checkCopy();
        List<String> lost = Quiet.lost(view);
        if (!lost.isEmpty()) {
            throw new Violation(lost.size() + " messages were lost: " + lost);
        }
        checkCounts();
        stop();
    }

    /** Fetches all there is until nothing more comes, letting time pass for what is due later. */
    private void drain(Sweeper sweeper) {
        for (int i = 0; i < 20; i++) {
            if (i == 1) {
                manager.crash();
                manager.recover(scripts.get(0).client());
            }
            sweeper.openNew();
            do {
                comeToRest();
            } while (sweep() | manager.complete(scripts.get(0).client()));
            passInTouch(i < 10 ? 500 : 60_000);
        }
    }

    private boolean sweep() {
        boolean any = false;
        for (Script script : scripts) {
            any |= script.sweep();
        }
        return any;
    }
}
