// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that runs all message listeners of a session (Messaging 3.1 §6.2.13), from the first listener that is set
 * to the session's close. Consumers get their turn one after another.
 */
final class ListenerThread {

    private final Inbox inbox;
    private final Acknowledgements acknowledgements;
    private final String name;

    // Under the inbox's lock.
    private final List<QuoinMessageConsumer> consumers = new ArrayList<>();
    private int turn;
    private @Nullable QuoinMessageConsumer current;

    /** Set under the lock, once. */
    private volatile @Nullable Thread thread;

    ListenerThread(Inbox inbox, Acknowledgements acknowledgements, String name) {
        this.inbox = inbox;
        this.acknowledgements = acknowledgements;
        this.name = name;
    }

    /** A consumer has a listener from now on; under the lock. */
    void add(QuoinMessageConsumer consumer) {
        if (!consumers.contains(consumer)) {
            consumers.add(consumer);
        }
        if (thread == null) {
            Thread started = new Thread(this::run, name);
            started.setDaemon(true);
            thread = started;
            started.start();
        }
        inbox.signal();
    }

    /** A consumer has none any more; under the lock. */
    void remove(QuoinMessageConsumer consumer) {
        if (consumers.remove(consumer)) {
            consumer.wanted(false);
        }
    }

    /** Whether the session's messages go to listeners; under the lock. */
    boolean hasListeners() {
        return !consumers.isEmpty();
    }

    /** Whether the caller is a listener of this session. */
    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** The consumer whose listener runs; under the lock. */
    @Nullable
    QuoinMessageConsumer current() {
        return current;
    }

    private void run() {
        inbox.lock().lock();
        try {
            while (!inbox.isClosed() && inbox.lost() == null) {
                QuoinMessageConsumer consumer = inbox.isFlowing() ? next() : null;
                Delivery delivery = consumer == null ? null : inbox.take(consumer.prefetch());
                if (consumer == null) {
                    acknowledgements.flush(Flush.SOON);
                    ensureCredit();
                    inbox.awaitChange();
                } else if (delivery != null) {
                    deliver(consumer, delivery);
                }
            }
        } finally {
            inbox.lock().unlock();
        }
    }

    /** Nobody has a message; under the lock. */
    private void ensureCredit() {
        if (inbox.isFlowing()) {
            consumers.forEach(consumer -> {
                consumer.wanted(true);
                consumer.ensureCredit();
            });
        }
    }

    /** The next consumer that has a message; under the lock. */
    private @Nullable QuoinMessageConsumer next() {
        for (int i = 0; i < consumers.size(); i++) {
            turn = (turn + 1) % consumers.size();
            QuoinMessageConsumer consumer = consumers.get(turn);
            if (consumer.prefetch().hasTakeable()) {
                return consumer;
            }
        }
        return null;
    }

    /** With the lock, which is not held while the listener runs. */
    private void deliver(QuoinMessageConsumer consumer, Delivery delivery) {
        current = consumer;
        consumers.forEach(other -> other.wanted(false));
        consumer.onTaken(delivery);
        int generation = inbox.generation();
        acknowledgements.startTimer();
        inbox.lock().unlock();
        boolean consumed = false;
        try {
            consumed = consumer.callListener(delivery);
        } finally {
            inbox.lock().lock();
            if (consumed && generation == inbox.generation()) {
                consumer.onConsumed(delivery);
                acknowledgements.afterListener();
            }
            current = null;
            inbox.release();
        }
    }
}
