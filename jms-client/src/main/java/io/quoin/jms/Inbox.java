// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Handed;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a session: the one lock that guards it, what has arrived, and whether it may be handed out. The
 * reader puts in; a {@code receive} or the session's listener thread takes out; stop and close wait here until nobody has
 * a message in hand.
 *
 * <p>Thread: any. The lock is never held while a listener runs, while a socket is written in place, or while the server
 * is waited for.
 */
final class Inbox {

    /** Of 12 bytes each, in a frame whose fields have 64 KiB at most. */
    private static final int HANDED_MAX = 4_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Integer, Prefetch> prefetches = new LinkedHashMap<>();

    // Under the lock.
    private @Nullable Acknowledgements acknowledgements;
    private boolean running;
    private boolean closed;
    /** Between a rollback or recover and its OK: what arrives is stale. */
    private boolean dropping;

    /** The link is lost, or not everything has been put together on the new one. */
    private boolean suspended;

    private BooleanSupplier stale = () -> false;

    private int inHand;
    private int waiters;
    /** Counts rollbacks and recovers: what was taken before one of them is not acknowledged after it. */
    private int generation;

    private @Nullable JMSException lost;

    /** Counts {@link #signal}. */
    private int changes;

    /** Told of a consumer that has got its only message. */
    private Consumer<Prefetch> onFilled = prefetch -> {};

    void use(Acknowledgements of) {
        acknowledgements = of;
    }

    /** Whom to tell, under the lock, when a consumer that had no message has got one. */
    void onFilled(Consumer<Prefetch> told) {
        onFilled = told;
    }

    /** Nothing is handed out while this says that the server may have given the session up. */
    void ceaseWhile(BooleanSupplier isStale) {
        stale = isStale;
    }

    void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Finds something out with the lock held. */
    boolean ask(BooleanSupplier question) {
        lock.lock();
        try {
            return question.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Something has changed: wakes whoever waits for that; under the lock. */
    void signal() {
        changes++;
        signalProgress();
    }

    /** The same for what is no change but everyday's work: a message has come, was done with, or was acknowledged. */
    void signalProgress() {
        if (waiters > 0) {
            changed.signalAll();
        }
    }

    /** Counts what may have left a consumer without credit, or with some to be granted; under the lock. */
    int changes() {
        return changes;
    }

    /** Wakes everybody; under the lock. */
    void wakeAll() {
        changes++;
        changed.signalAll();
    }

    // --- The reader

    void onDelivery(Delivery delivery) {
        lock.lock();
        try {
            Prefetch prefetch = prefetches.get(delivery.consumer());
            if (prefetch == null || prefetch.isClosed()) {
                return; // Closed; the server puts back what was on its way.
            }
            if (dropping) {
                prefetch.drop(delivery);
            } else {
                boolean isFirst = prefetch.isEmpty();
                prefetch.add(delivery);
                if (prefetch.asksForEach()) {
                    giveBackUnwanted(prefetch);
                }
                if (isFirst) {
                    onFilled.accept(prefetch);
                }
                signalProgress();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Messages may be handed out that could not before. */
    void onPermit(int consumer, long upTo) {
        lock.lock();
        try {
            Prefetch prefetch = prefetches.get(consumer);
            if (prefetch != null) {
                prefetch.permits().upTo(upTo);
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Without prefetch no message waits here for somebody who does not wait for it; under the lock. */
    void giveBackUnwanted(Prefetch prefetch) {
        if (!prefetch.isEmpty() && acknowledgements != null && (prefetch.isUnwanted() || !isFlowing())) {
            acknowledgements.tell(prefetch, prefetch.takeUnseen(), AckOutcome.RETURNED_UNCOUNTED, Flush.SOON);
        }
    }

    /** The link is lost: nothing is handed out until {@link #flow}. */
    void suspend() {
        locked(() -> {
            suspended = true;
            wakeAll();
        });
    }

    /** Under the lock. */
    boolean isSuspended() {
        return suspended;
    }

    /** Everything is in its place on a new link; under the lock. */
    void flow() {
        suspended = false;
        wakeAll();
    }

    void onLost(JMSException why) {
        locked(() -> {
            lost = why;
            wakeAll();
        });
    }

    // --- Life

    void add(Prefetch prefetch) {
        locked(() -> prefetches.put(prefetch.consumer(), prefetch));
    }

    /** Keeps a closed consumer until what it has handed out is decided; under the lock. */
    void keep(Prefetch prefetch) {
        prefetches.putIfAbsent(prefetch.consumer(), prefetch);
    }

    /** Forgets closed consumers of which nothing is left to decide; under the lock. */
    void sweep() {
        prefetches.values().removeIf(Prefetch::isForgettable);
    }

    /**
     * How far deliveries were handed out, of consumers of which the server does not know it; under the lock.
     *
     * @param closedToo whether of closed ones too
     * @param others tells the server of a consumer in another way: one frame cannot name any number of them
     */
    List<Handed> handed(boolean closedToo, Consumer<Prefetch> others) {
        List<Handed> handed = new ArrayList<>();
        for (Prefetch prefetch : prefetches.values()) {
            if (prefetch.isHandedOutUntold() && (closedToo || !prefetch.isClosed())) {
                if (handed.size() < HANDED_MAX) {
                    handed.add(new Handed(prefetch.consumer(), prefetch.tellHandedOut()));
                } else {
                    others.accept(prefetch);
                }
            }
        }
        return handed;
    }

    /** Under the lock. */
    Collection<Prefetch> prefetches() {
        return prefetches.values();
    }

    /** Under the lock. */
    @Nullable
    Prefetch find(int consumer) {
        return prefetches.get(consumer);
    }

    void start() {
        locked(() -> {
            running = true;
            wakeAll();
        });
    }

    /** Hands nothing out any more, and returns when nobody has a message in hand. */
    void stop() {
        locked(() -> {
            running = false;
            for (Prefetch prefetch : prefetches.values()) {
                if (prefetch.asksForEach() && !prefetch.isClosed()) {
                    giveBackUnwanted(prefetch);
                }
            }
            awaitWhile(() -> inHand > 0);
        });
    }

    /** Begins the end: whoever waits for a message gets none, and the call returns when nobody has one in hand. */
    void close() {
        locked(() -> {
            closed = true;
            wakeAll();
            awaitWhile(() -> inHand > 0);
        });
    }

    /** Under the lock. */
    boolean isClosed() {
        return closed;
    }

    /** Whether messages may be handed out; under the lock. */
    boolean isFlowing() {
        return running && !dropping && !suspended && !closed && !stale.getAsBoolean();
    }

    /** Under the lock. */
    @Nullable
    JMSException lost() {
        return lost;
    }

    /** Waits, with the lock held, while {@code busy} says so; it is asked again after every change. */
    void awaitWhile(BooleanSupplier busy) {
        waiters++;
        try {
            Interrupts.awaitWhile(changed, busy);
        } finally {
            waiters--;
        }
    }

    /** The same with a limit of time, and without a limit for {@code Long.MAX_VALUE}; false if it is over. */
    boolean awaitWhile(BooleanSupplier busy, long timeoutMs) {
        long startNs = System.nanoTime();
        long timeoutNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        boolean interrupted = false;
        waiters++;
        try {
            while (busy.getAsBoolean()) {
                long left = timeoutNs - (System.nanoTime() - startNs);
                if (left <= 0) {
                    return false;
                }
                try {
                    changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            waiters--;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // --- Taking

    /**
     * Waits, with the lock held, for a change or until the time is over.
     *
     * @param leftNs how long at most
     * @throws JMSException if the thread is interrupted; the flag stays set
     */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop
    void awaitChange(long leftNs) throws JMSException {
        waiters++;
        try {
            changed.awaitNanos(leftNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.of(
                    ErrorCode.INTERRUPTED,
                    "The thread was interrupted while it waited for a message, and none was lost",
                    e);
        } finally {
            waiters--;
        }
    }

    /** The same for a thread that nobody interrupts. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop
    void awaitChange() {
        waiters++;
        try {
            changed.awaitUninterruptibly();
        } finally {
            waiters--;
        }
    }

    /** Takes the next delivery that has not expired, and has it in hand until {@link #release}; under the lock. */
    @Nullable
    Delivery take(Prefetch prefetch) {
        Delivery delivery = prefetch.take();
        while (delivery != null && delivery.isExpired()) {
            if (acknowledgements != null) {
                acknowledgements.tell(prefetch, delivery.tag(), AckOutcome.CONSUMED);
            }
            delivery = prefetch.take();
        }
        if (delivery != null) {
            inHand++;
        }
        return delivery;
    }

    /** A message that was taken elsewhere is in hand until {@link #release}; under the lock. */
    void begin() {
        inHand++;
    }

    /** The message is the application's, or its listener has returned; under the lock. */
    void release() {
        inHand--;
        signalProgress();
    }

    // --- Rollback and recover

    /** From now on everything unseen is stale, and what comes as well; under the lock. Returns what ends it. */
    int startDropping() {
        dropping = true;
        generation++;
        for (Prefetch prefetch : prefetches.values()) {
            prefetch.dropWaiting();
            prefetch.takeUndecided();
            if (acknowledgements != null) {
                acknowledgements.retainHeld(prefetch);
            }
        }
        return generation;
    }

    /**
     * What comes from now on is fresh, unless there was another rollback or recover since the one that is answered.
     *
     * @param begun what {@link #startDropping} returned
     */
    void stopDropping(int begun) {
        locked(() -> {
            if (begun == generation) {
                dropping = false;
                wakeAll();
            }
        });
    }

    /** Under the lock. */
    int generation() {
        return generation;
    }
}
