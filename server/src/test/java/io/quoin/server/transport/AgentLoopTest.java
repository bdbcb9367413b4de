// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.quoin.server.group.Agent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentLoopTest {

    /** More than the tasks that a loop does before it looks at its time. */
    private static final int CYCLES = 200;

    private final Looks looks = new Looks();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop"), executor -> looks);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @AfterEach
    void end() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    @Test
    void channelsAreLookedAtBetweenTwoCyclesOfAnAgentThatAlwaysHasSomethingToDo() throws InterruptedException {
        Busy agent = new Busy(CYCLES);
        AgentLoop agentLoop = new AgentLoop(loop(), agent, failure::set);

        loop().execute(agentLoop::request);

        assertThat(agent.done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.looksAtCycle).doesNotHaveDuplicates();
        assertThat(failure).hasNullValue();
    }

    @Test
    void whatAllChannelsBroughtInATurnSharesOneCycleAfterAllTasksOfTheTurn() throws InterruptedException {
        Busy agent = new Busy(1);
        AgentLoop agentLoop = new AgentLoop(loop(), agent, failure::set);
        List<Integer> cyclesBefore = new ArrayList<>();

        loop().execute(() -> {
            agentLoop.arrived(1);
            agentLoop.arrived(1);
            loop().execute(() -> cyclesBefore.add(agent.looksAtCycle.size()));
        });

        assertThat(agent.done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(cyclesBefore).containsExactly(0);
        assertThat(agent.looksAtCycle).hasSize(1);
        assertThat(failure).hasNullValue();
    }

    private SingleThreadEventLoop loop() {
        return (SingleThreadEventLoop) group.next();
    }

    /** Has so many cycles full of work, and notes how often the loop had looked at its channels by each. */
    private final class Busy implements Agent {
        private final int cycles;
        private final List<Integer> looksAtCycle = new ArrayList<>();
        private final CountDownLatch done = new CountDownLatch(1);

        Busy(int cycles) {
            this.cycles = cycles;
        }

        @Override
        public int doWork() {
            looksAtCycle.add(looks.count);
            if (looksAtCycle.size() < cycles) {
                return 1;
            }
            done.countDown();
            return 0;
        }

        @Override
        public long nextWorkNs() {
            return Long.MAX_VALUE;
        }
    }

    /** A loop without channels. */
    private static final class Looks implements IoHandler {
        /** The loop's thread's. */
        private int count;

        private volatile Thread waiting;

        @Override
        public int run(IoHandlerContext context) {
            count++;
            if (context.canBlock()) {
                waiting = Thread.currentThread();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new AssertionError("Nothing is registered");
        }

        @Override
        public void wakeup() {
            LockSupport.unpark(waiting);
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return false;
        }
    }
}
