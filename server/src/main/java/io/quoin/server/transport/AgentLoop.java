// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.channel.SingleThreadEventLoop;
import io.quoin.server.group.Agent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs an agent on an event loop: one cycle in each turn of the loop in which something arrived, after all channels that
 * were ready have been read, so that what they brought shares one write to the disk; and when the agent's own time has
 * come. Between two cycles the loop always looks at its channels, however much the agent has to do.
 *
 * <p>Thread: confined to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the pipeline
final class AgentLoop {

    private static final long NEVER = Long.MAX_VALUE;

    /** What arrived since the last cycle may not grow beyond this: 4 MiB. */
    private static final int BYTES_PER_CYCLE_MAX = 4 << 20;

    private final SingleThreadEventLoop loop;
    private final Agent agent;
    private final Consumer<Throwable> onFailure;
    private final Runnable cycle = this::cycle;
    private final Runnable cycleLast = this::cycleLast;
    private boolean requested;
    private int arrivedBytes;
    private @Nullable Future<?> timer;
    private long timerNs = NEVER;

    /** @param onFailure told of anything that the agent throws; the loop does not run it again */
    AgentLoop(SingleThreadEventLoop loop, Agent agent, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.agent = agent;
        this.onFailure = onFailure;
    }

    SingleThreadEventLoop eventLoop() {
        return loop;
    }

    /** Asks for a cycle in this turn of the loop, or in the next one where this turn has had its cycle. */
    void request() {
        if (!requested) {
            requested = true;
            loop.execute(cycleLast);
        }
    }

    /**
     * A loop goes on with its tasks until there are none, so that a cycle which asked for the next one as a task would keep
     * the channels waiting for as long as the agent is busy. What comes after the tasks is run once.
     */
    private void cycleLast() {
        loop.executeAfterEventLoopIteration(cycle);
    }

    /** The agent was given {@code bytes} from a peer. */
    void arrived(int bytes) {
        arrivedBytes += bytes;
        if (arrivedBytes >= BYTES_PER_CYCLE_MAX) {
            work();
        }
        request();
    }

    /** Something was thrown while the agent's state was being changed. */
    void failed(Throwable cause) {
        onFailure.accept(cause);
    }

    private void cycle() {
        requested = false;
        if (work() > 0) {
            request();
        } else {
            setTimer(agent.nextWorkNs());
        }
    }

    private int work() {
        arrivedBytes = 0;
        try {
            return agent.doWork();
        } catch (Throwable e) { // whatever it is, the owner's state is not to be trusted any more
            onFailure.accept(e);
            return 0;
        }
    }

    private void setTimer(long dueNs) {
        if (dueNs == NEVER || (timer != null && timerNs - dueNs <= 0)) {
            return; // the timer that is set comes early enough, and sets the next one
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNs = dueNs;
        timer = loop.schedule(this::onTimer, Math.max(0, dueNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        timerNs = NEVER;
        cycle();
    }
}
