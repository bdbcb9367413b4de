// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SingleThreadEventLoop;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.group.Agent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MessagingTest {

    @Test
    void theOwnerDoesNotWorkBeforeEverythingThatItWorksWithIsThere() throws Exception {
        AtomicInteger cycles = new AtomicInteger();
        CountDownLatch worked = new CountDownLatch(1);
        try (EventLoops loops = EventLoops.start("test-loop", 1)) {
            SingleThreadEventLoop loop = loops.next();
            Agent agent = new Agent() {
                @Override
                public int doWork() {
                    cycles.incrementAndGet();
                    worked.countDown();
                    return 0;
                }

                @Override
                public long nextWorkNs() {
                    return Long.MAX_VALUE;
                }
            };
            Messaging messaging = new Messaging(
                    ServerConfig.defaults(),
                    loop,
                    agent,
                    link -> {
                        throw new AssertionError("nobody connects");
                    },
                    cause -> {
                        throw new AssertionError(cause);
                    });
            loop.submit(() -> {}).sync();
            loop.submit(() -> {}).sync();
            assertThat(cycles).hasValue(0);

            loop.submit(messaging::start).sync();

            assertThat(worked.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
