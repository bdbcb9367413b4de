// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Flush;

/**
 * When a consumer gives the server more credit, or asks it for permits: as it takes messages, and when somebody waits and there
 * is none.
 *
 * <p>Thread: any; everything but {@link #write} under the lock of the session's {@link Inbox}.
 */
final class ConsumerCredit {

    private final QuoinMessageConsumer consumer;
    private final SessionCore session;
    private final Inbox inbox;
    private final Prefetch prefetch;

    ConsumerCredit(QuoinMessageConsumer consumer, SessionCore session) {
        this.consumer = consumer;
        this.session = session;
        this.inbox = session.inbox();
        this.prefetch = consumer.prefetch();
    }

    /**
     * Somebody waits for a message that only lacks a permit. It comes by itself when what was handed out is settled; if the
     * application keeps messages undecided, it has to be asked for. Under the lock.
     */
    void ensurePermit() {
        if (prefetch.awaitsPermit()) {
            session.acknowledgements().flush(Flush.SOON);
            boolean isKept = !prefetch.undecided().isEmpty() || session.isLending();
            if (isKept && prefetch.permits().ask()) {
                session.flowControl().wantPermit(prefetch);
            }
        }
    }

    /** Under the lock. */
    void renewIfDue() {
        if (!consumer.isClosed() && prefetch.credit().isDue()) {
            prefetch.credit().renew();
            session.flowControl().credit(prefetch, Flush.SOON);
        }
    }

    /**
     * Somebody waits for messages: the server must be able to send some, whatever became of those before, which may have
     * expired or been recalled, and must know that nothing is left unseen here. Under the lock.
     */
    void ensure() {
        if (!inbox.isFlowing()) {
            return; // Nothing is handed out while the connection is stopped, so nothing is asked for.
        }
        ensurePermit();
        ensureCredit();
    }

    /** A listener has had a message; of an automatic session its thread tells the server, when it has nothing left. Under the lock. */
    void afterListener() {
        if (!inbox.isFlowing()) {
            return;
        }
        if (!session.isAutomatic()) {
            ensurePermit();
        }
        ensureCredit();
    }

    /** Grants what the application has used up, if there is anything; under the lock. */
    void renew(Flush flush) {
        if (!consumer.isClosed() && prefetch.credit().grantsMore()) {
            session.flowControl().credit(prefetch, flush);
        }
    }

    private void ensureCredit() {
        boolean due = !consumer.isClosed() && prefetch.credit().isDue();
        if (due) {
            prefetch.credit().renew();
        }
        if (due || grantIfNone() || isIdleUntold()) {
            session.flowControl().credit(prefetch, Flush.SOON);
        }
    }

    /** Whether the server may believe that this consumer has yet to get to messages: acknowledgements would tell, later. */
    private boolean isIdleUntold() {
        return !consumer.isClosed() && !session.isAutomatic() && prefetch.isEmpty() && prefetch.isHandedOutUntold();
    }

    /** Grants credit if the server has none, and says whether it did; under the lock. The caller writes it. */
    boolean grantIfNone() {
        if (consumer.isClosed() || prefetch.credit().hasCredit() || !prefetch.isEmpty()) {
            return false;
        }
        if (prefetch.asksForEach()) {
            prefetch.credit().grant(1);
        } else {
            prefetch.credit().renew();
        }
        return true;
    }

    /** Tells the server of the credit that it has. */
    void write(Flush flush) {
        session.flowControl().credit(prefetch, flush);
    }
}
