// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import jakarta.jms.JMSException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CombiningWriterTest {

    private final Sink sink = new Sink();
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final CombiningWriter writer = new CombiningWriter(sink, "writer-helper", failure::set);

    @AfterEach
    void close() {
        sink.gate = null;
        writer.close(JmsErrors.of(ErrorCode.CONNECTION_CLOSED, "The test is over"));
    }

    /** Remembers what was written, by whom, and can make a writer wait or fail. */
    private static final class Sink extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Thread> writers = new ArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private volatile CountDownLatch gate;
        private volatile long slowNs;
        private volatile IOException failing;
        private volatile boolean overlapped;

        @Override
        public void write(int b) {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (inside.incrementAndGet() != 1) {
                overlapped = true;
            }
            CountDownLatch wait = gate;
            while (wait != null && gate == wait && wait.getCount() > 0) {
                LockSupport.parkNanos(100_000);
            }
            if (slowNs > 0) {
                LockSupport.parkNanos(slowNs);
            }
            if (failing != null) {
                throw failing;
            }
            synchronized (bytes) {
                bytes.write(from, offset, length);
                writers.add(Thread.currentThread());
            }
            inside.decrementAndGet();
        }

        int size() {
            synchronized (bytes) {
                return bytes.size();
            }
        }

        List<Thread> writers() {
            synchronized (bytes) {
                return List.copyOf(writers);
            }
        }

        /** Consumer and number of each frame, in order. */
        List<long[]> frames() throws Exception {
            FrameInput input = new FrameInput(1 << 16, ProtocolLimits.DEFAULT_FRAME_BYTES);
            synchronized (bytes) {
                input.fill(ByteBuffer.wrap(bytes.toByteArray()));
            }
            FrameReader frame = new FrameReader();
            CreditFrame credit = new CreditFrame();
            List<long[]> frames = new ArrayList<>();
            while (input.next(frame)) {
                credit.wrap(frame);
                frames.add(new long[] {credit.consumer(), credit.limitMessages()});
            }
            assertThat(input.pendingBytes()).isZero();
            return frames;
        }
    }

    private void write(int consumer, long number, Flush flush) throws JMSException {
        try {
            CreditFrame.write(writer.begin(), 1, consumer, number, 0, 0);
        } finally {
            writer.end(flush);
        }
    }

    @Test
    void waitingCallerWritesInPlaceAndOthersLeaveTheirBytesToTheHelper() throws Exception {
        writer.start();
        write(1, 1, Flush.NOW);
        assertThat(sink.writers()).containsExactly(Thread.currentThread());

        write(1, 2, Flush.SOON);
        await().until(() -> sink.writers().size() == 2);

        assertThat(sink.writers().get(1).getName()).isEqualTo("writer-helper");
    }

    @Test
    void whatMayComeLaterIsWrittenWithWhatFollows() throws Exception {
        writer.start();
        write(1, 1, Flush.LATER);
        assertThat(sink.size()).isZero();

        write(1, 2, Flush.NOW);

        assertThat(sink.frames()).hasSize(2);
        assertThat(sink.writers()).hasSize(1);
    }

    @Test
    void interruptedCallerLeavesItsBytesToTheHelperAndKeepsItsFlag() throws Exception {
        writer.start();
        Thread.currentThread().interrupt();
        try {
            write(1, 1, Flush.NOW);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        await().until(() -> sink.size() > 0);
        assertThat(sink.writers().get(0).getName()).isEqualTo("writer-helper");
    }

    @Test
    void callerOnAVirtualThreadLeavesItsBytesToTheHelper() throws Exception {
        Optional<Method> start = Arrays.stream(Thread.class.getMethods())
                .filter(m -> m.getName().equals("startVirtualThread"))
                .findFirst();
        assumeTrue(start.isPresent(), "virtual threads came with Java 21");
        writer.start();

        Thread caller = (Thread) start.get().invoke(null, (Runnable) () -> writeQuietly(1, 1, Flush.NOW));
        caller.join();

        await().until(() -> sink.size() > 0);
        assertThat(sink.writers().get(0).getName()).isEqualTo("writer-helper");
    }

    @Test
    void callersWhoComeDuringAWriteAreWrittenTogetherByItsWriter() throws Exception {
        writer.start();
        sink.gate = new CountDownLatch(1);
        Thread first = new Thread(() -> writeQuietly(1, 1, Flush.NOW), "first");
        first.start();
        await().until(() -> sink.inside.get() == 1);
        for (int i = 0; i < 100; i++) {
            write(2, i, Flush.NOW);
        }

        sink.gate.countDown();
        first.join();

        await().until(() -> sink.frames().size() == 101);
        assertThat(sink.writers()).hasSize(2);
    }

    @Test
    void writerPassesTheRoleOnAfterAMillisecondOfOthers() throws Exception {
        writer.start();
        sink.slowNs = TimeUnit.MILLISECONDS.toNanos(3);
        AtomicReference<Boolean> go = new AtomicReference<>(true);
        Thread flood = new Thread(() -> {
            for (int i = 0; go.get(); i++) {
                writeQuietly(2, i, Flush.SOON);
                LockSupport.parkNanos(100_000);
            }
        });
        write(1, 0, Flush.NOW);
        flood.start();
        await().until(() -> sink.frames().size() > 3);

        long startNs = System.nanoTime();
        write(1, 1, Flush.NOW);
        long tookMs = (System.nanoTime() - startNs) / 1_000_000;

        go.set(false);
        flood.join();
        assertThat(tookMs).as("a caller is not kept by others' bytes").isLessThan(1_000);
        assertThat(sink.writers()).anySatisfy(t -> assertThat(t.getName()).isEqualTo("writer-helper"));
    }

    @Test
    void underContentionNothingIsLostMixedOrReordered() throws Exception {
        writer.start();
        int threads = 8;
        int each = 5_000;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int consumer = t;
            Thread thread = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                for (int n = 0; n < each; n++) {
                    if (n % 100 == 7) {
                        Thread.currentThread().interrupt();
                    }
                    writeQuietly(consumer, n, Flush.values()[(consumer + n) % 3]);
                    if (n % 100 == 7) {
                        assertThat(Thread.interrupted()).isTrue();
                    }
                }
            });
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        write(99, 0, Flush.NOW);
        await().until(() -> sink.frames().size() == threads * each + 1);

        long[] next = new long[threads];
        for (long[] frame : sink.frames()) {
            if (frame[0] != 99) {
                assertThat(frame[1]).isEqualTo(next[(int) frame[0]]++);
            }
        }
        assertThat(sink.overlapped).as("two writers at once").isFalse();
    }

    @Test
    void stuckWriteIsVisibleAndDoesNotKeepOthersFromAppending() throws Exception {
        writer.start();
        sink.gate = new CountDownLatch(1);
        Thread stuck = new Thread(() -> writeQuietly(1, 1, Flush.NOW), "stuck");
        stuck.start();
        await().until(() -> writer.stuckNs(System.nanoTime()) > TimeUnit.MILLISECONDS.toNanos(5));

        for (int i = 0; i < 40_000; i++) {
            write(2, i, Flush.NOW);
        }

        writer.begin();
        assertThat(writer.isFull()).isTrue();
        assertThat(writer.awaitRoom(() -> !writer.isFull(), TimeUnit.MILLISECONDS.toNanos(20)))
                .isFalse();
        writer.end(Flush.LATER);
        sink.gate.countDown();
        stuck.join();
        await().until(() -> sink.frames().size() == 40_001);
        assertThat(writer.stuckNs(System.nanoTime())).isZero();
    }

    @Test
    void failedWriteIsToldOnceAndAClosedWriterRefuses() throws Exception {
        writer.start();
        sink.failing = new IOException("planned");
        write(1, 1, Flush.NOW);
        assertThat(failure.get()).hasMessage("planned");

        writer.close(JmsErrors.of(ErrorCode.CONNECTION_LOST, "lost"));

        assertThatThrownBy(() -> writer.begin())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("QN-1007");
    }

    private void writeQuietly(int consumer, long number, Flush flush) {
        try {
            write(consumer, number, flush);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
