// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.WireBuffer;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many threads' frames in one stream. Frames are appended to a buffer under a lock that is never held during I/O. One
 * thread at a time has the writer's role: a caller that is about to wait for an answer takes it if it is free and writes
 * in place, without a hop to another thread; everybody else leaves bytes behind, and the helper thread writes what has
 * gathered while its last write ran. So batches form by themselves under load and nothing waits when there is none.
 *
 * <p>Thread: any, except that the reader never asks for {@link Flush#NOW}. A caller on a virtual or interrupted thread
 * leaves its bytes to the helper.
 */
@SuppressWarnings("LockNotBeforeTry") // the lock is taken in begin and given back in end, and around each write
final class CombiningWriter {

    /** A caller that has written this many bytes of others has done enough for them. */
    private static final int OTHERS_BYTES = 256 << 10;

    /** And so has one that has written for others for this long. */
    private static final long OTHERS_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * When so much waits to be written, senders wait as well; acknowledgements and requests never do. Less than what a
     * buffer keeps when it is cleared, so that under load the two buffers are used again and again.
     */
    private static final int FULL_BYTES = 192 << 10;

    private static final int INITIAL_BYTES = 16 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    /** For the helper: there is something to write and nobody to do it. */
    private final Condition work = lock.newCondition();
    /** For senders: there is room, or credit. */
    private final Condition room = lock.newCondition();

    private final OutputStream out;
    private final Consumer<IOException> onFailure;
    private final Thread helper;

    // Under the lock.
    private FrameWriter gathering = new FrameWriter(new WireBuffer(INITIAL_BYTES));
    private FrameWriter spare = new FrameWriter(new WireBuffer(INITIAL_BYTES));
    private boolean writing;
    private boolean helperWanted;
    private boolean helperIdle;
    private boolean closed;
    private @Nullable JMSException failure;

    /** When the write that runs began, 0 if none does. */
    private volatile long writeStartedNs;

    private volatile long lastWriteNs = System.nanoTime();

    /**
     * @param name of the helper thread
     * @param onFailure told once of the first error, on the thread that wrote
     */
    CombiningWriter(OutputStream out, String name, Consumer<IOException> onFailure) {
        this.out = out;
        this.onFailure = onFailure;
        this.helper = new Thread(this::help, name);
        helper.setDaemon(true);
        // A pooled connection outlives the application that happens to open it, and may be undeployed.
        helper.setContextClassLoader(CombiningWriter.class.getClassLoader());
    }

    void start() {
        helper.start();
    }

    /** Takes the lock and gives the place for frames; {@link #end} must follow whatever happens. */
    FrameWriter begin() throws JMSException {
        lock.lock();
        if (failure != null) {
            JMSException why = failure;
            lock.unlock();
            throw JmsErrors.again(why);
        }
        return gathering;
    }

    /** The place for frames, again, after {@link #awaitRoom}. */
    FrameWriter frames() {
        return gathering;
    }

    /** Gives the lock back and sees to it that what was appended is written. */
    void end(Flush flush) {
        gathering.abandon();
        if (flush == Flush.LATER || writing || gathering.buffer().position() == 0) {
            lock.unlock();
        } else if (flush == Flush.NOW && VirtualThreads.mayWriteInPlace()) {
            writeInPlace();
        } else {
            wakeHelper();
            lock.unlock();
        }
    }

    /**
     * Waits, with the lock held, until {@code ready} says so; it is asked again after every {@link #signalRoom} and every
     * write. Neither loses nor obeys an interrupt.
     *
     * @return false if that was not so within the time
     */
    boolean awaitRoom(BooleanSupplier ready, long timeoutNs) throws JMSException {
        boolean interrupted = false;
        long startNs = System.nanoTime();
        try {
            while (!ready.getAsBoolean()) {
                long left = timeoutNs - (System.nanoTime() - startNs);
                if (left <= 0) {
                    return false;
                }
                try {
                    // What has gathered may be what the room is waited for, and nobody may be writing it.
                    if (!writing && gathering.buffer().position() > 0) {
                        wakeHelper();
                    }
                    room.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                if (failure != null) {
                    throw JmsErrors.again(failure);
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether a sender has to wait until some of what has gathered is written. With the lock held. */
    boolean isFull() {
        return gathering.buffer().position() >= FULL_BYTES;
    }

    /** Wakes senders that wait, because something they wait for has changed. */
    void signalRoom() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock and without anybody writing. Gives the lock back. */
    private void writeInPlace() {
        writing = true;
        long othersBytes = 0;
        long startNs = System.nanoTime();
        FrameWriter batch = swap();
        while (true) {
            lock.unlock();
            if (!write(batch)) {
                return;
            }
            lock.lock();
            room.signalAll();
            if (gathering.buffer().position() == 0 || closed) {
                writing = false;
                lock.unlock();
                return;
            }
            othersBytes += gathering.buffer().position();
            if (othersBytes > OTHERS_BYTES || System.nanoTime() - startNs > OTHERS_NS) {
                writing = false;
                wakeHelper();
                lock.unlock();
                return;
            }
            batch = swap();
        }
    }

    private void help() {
        while (true) {
            lock.lock();
            while (!closed && (writing || !helperWanted)) {
                helperIdle = true;
                work.awaitUninterruptibly();
            }
            helperIdle = false;
            helperWanted = false;
            if (closed) {
                lock.unlock();
                return;
            }
            writing = true;
            while (gathering.buffer().position() > 0 && !closed) {
                FrameWriter batch = swap();
                lock.unlock();
                if (!write(batch)) {
                    return;
                }
                lock.lock();
                room.signalAll();
            }
            writing = false;
            lock.unlock();
        }
    }

    /** With the lock. */
    private void wakeHelper() {
        helperWanted = true;
        if (helperIdle) {
            helperIdle = false;
            work.signal();
        }
    }

    /** Takes what has gathered; with the lock, and only whoever has the role. */
    private FrameWriter swap() {
        FrameWriter batch = gathering;
        gathering = spare;
        spare = batch;
        return batch;
    }

    /** Without the lock; returns false if the stream is broken, and then the role is not given back. */
    private boolean write(FrameWriter batch) {
        long startNs = System.nanoTime();
        writeStartedNs = startNs == 0 ? 1 : startNs;
        try {
            ByteBuffer bytes = batch.buffer().written(0);
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
            lastWriteNs = startNs;
            return true;
        } catch (IOException e) {
            onFailure.accept(e);
            return false;
        } finally {
            batch.buffer().clear();
            writeStartedNs = 0;
        }
    }

    /** How long the write that runs has been running, 0 if none does. */
    long stuckNs(long nowNs) {
        long startedNs = writeStartedNs;
        return startedNs == 0 ? 0 : nowNs - startedNs;
    }

    long lastWriteNs() {
        return lastWriteNs;
    }

    /** From now on every call gets {@code why}; who waits is woken, and the helper ends. */
    void close(JMSException why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
            }
            closed = true;
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
