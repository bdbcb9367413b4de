// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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
    private final Map<Prefetch, QuoinMessageConsumer> consumers = new LinkedHashMap<>();
    /** Those that have a message, in turn, and perhaps some that have none any more: of very many, only they are looked at. */
    private final Set<QuoinMessageConsumer> filled = new LinkedHashSet<>();
    /** Those that have had one since credit was last looked after. */
    private final Set<QuoinMessageConsumer> served = new LinkedHashSet<>();
    /** Whether each message is asked for, of some consumer at least. */
    private boolean asksForEach;
    /** {@link Inbox#changes} when the credit of all was last looked after. */
    private int changesSeen = -1;

    private @Nullable QuoinMessageConsumer current;

    /** Set under the lock, once. */
    private volatile @Nullable Thread thread;

    ListenerThread(Inbox inbox, Acknowledgements acknowledgements, String name) {
        this.inbox = inbox;
        this.acknowledgements = acknowledgements;
        this.name = name;
        inbox.onFilled(this::onFilled);
    }

    private void onFilled(Prefetch prefetch) {
        QuoinMessageConsumer consumer = consumers.get(prefetch);
        if (consumer != null) {
            filled.add(consumer);
        }
    }

    /** A consumer has a listener from now on; under the lock. */
    void add(QuoinMessageConsumer consumer) {
        consumers.put(consumer.prefetch(), consumer);
        filled.add(consumer);
        asksForEach |= consumer.prefetch().asksForEach();
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
        if (consumers.remove(consumer.prefetch(), consumer)) {
            filled.remove(consumer);
            served.remove(consumer);
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
                    if (!tellInPlace()) {
                        acknowledgements.flush(Flush.SOON);
                        ensureCredit();
                        inbox.awaitChange();
                    }
                    continue;
                }
                served.add(consumer); // also if what it had has expired
                if (delivery != null) {
                    deliver(consumer, delivery);
                }
            }
        } finally {
            inbox.lock().unlock();
        }
    }

    /**
     * Nobody has a message that is permitted; under the lock, which is not held meanwhile. This thread has nothing else to do,
     * so it writes itself what was consumed, rather than wake another one. Where only a permit is lacking the server sends it as
     * soon as it hears of that; and as much is to follow as was permitted, rather than half of all credit at a time, for which the
     * next permit would have to wait.
     *
     * @return false if there is nothing to tell
     */
    private boolean tellInPlace() {
        if (!acknowledgements.isUntold() || !inbox.isFlowing()) {
            return false;
        }
        for (QuoinMessageConsumer consumer : served) {
            if (consumer.prefetch().awaitsPermit()) {
                consumer.credit().renew(Flush.LATER);
            }
        }
        acknowledgements.gather();
        inbox.lock().unlock();
        try {
            acknowledgements.write();
        } finally {
            inbox.lock().lock();
        }
        return true;
    }

    /**
     * Nobody has a message; under the lock. Who has had none since the last time lacks nothing, unless something else has
     * happened.
     */
    private void ensureCredit() {
        if (!inbox.isFlowing()) {
            return;
        }
        boolean all = asksForEach || changesSeen != inbox.changes();
        changesSeen = inbox.changes();
        (all ? consumers.values() : served).forEach(consumer -> {
            consumer.wanted(true);
            consumer.credit().ensure();
        });
        served.clear();
    }

    /** The next consumer that has a message; under the lock. */
    private @Nullable QuoinMessageConsumer next() {
        for (Iterator<QuoinMessageConsumer> all = filled.iterator(); all.hasNext(); ) {
            QuoinMessageConsumer consumer = all.next();
            if (consumer.prefetch().isEmpty()) {
                all.remove();
            } else if (consumer.prefetch().hasTakeable()) {
                if (filled.size() > 1) {
                    all.remove();
                    filled.add(consumer); // it has its turn again after the others
                }
                return consumer;
            }
        }
        return null;
    }

    /** With the lock, which is not held while the listener runs. */
    private void deliver(QuoinMessageConsumer consumer, Delivery delivery) {
        current = consumer;
        if (asksForEach) {
            consumers.values().forEach(other -> other.wanted(false));
        }
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
