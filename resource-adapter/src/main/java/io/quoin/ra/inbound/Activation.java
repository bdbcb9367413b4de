// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.Backoff;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One bean, from its activation to its deactivation: looks for the server until there is a {@link Feed}, and for another one
 * when that has ended for good. A feed connects again by itself; it ends for good when the server does not want it any more,
 * as when its user was removed.
 *
 * <p>Thread: any. What may wait is done on a thread of the application server.
 */
final class Activation {

    private static final Logger LOG = System.getLogger(Activation.class.getName());

    private final Target target;
    private final Endpoints endpoints;
    private final WorkManager works;
    private final Later later;

    /** Guards what follows; never held while anybody is waited for. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Backoff backoff;
    private @Nullable Feed feed;
    private boolean failing;
    private boolean stopped;

    Activation(Target target, Endpoints endpoints, WorkManager works, Later later) {
        this.target = target;
        this.endpoints = endpoints;
        this.works = works;
        this.later = later;
        this.backoff = new Backoff(target.retryDelayMs(), target.maxRetryDelayMs());
    }

    /**
     * Begins.
     *
     * @param failFast whether to connect before this returns, and to fail if that fails
     */
    void start(boolean failFast) throws ResourceException {
        boolean transacted = endpoints.areTransacted();
        if (!failFast) {
            connectSoon();
            return;
        }
        try {
            begin(Feed.open(target, endpoints, transacted, works, later, this::onEnd));
        } catch (JMSException e) {
            throw new CommException(e.getMessage(), e);
        }
    }

    private void begin(Feed opened) {
        boolean unwanted;
        lock.lock();
        try {
            unwanted = stopped;
            if (!unwanted) {
                feed = opened;
                backoff.reset();
                failing = false;
            }
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            opened.abandon();
            return;
        }
        try {
            opened.start();
        } catch (JMSException e) {
            LOG.log(Level.DEBUG, "A connection has ended before it was used: " + e.getMessage());
        }
        // What has ended before it was known here told nobody.
        JMSException why = opened.end();
        if (why != null) {
            onEnd(opened, why);
        }
    }

    // --- Connecting

    private void connectSoon() {
        if (isStopped()) {
            return;
        }
        try {
            Job.schedule(works, new Job(this::connect));
        } catch (WorkException e) {
            again("The application server has no thread to connect on: " + e.getMessage());
        }
    }

    private void connect() {
        if (isStopped()) {
            return;
        }
        try {
            begin(Feed.open(target, endpoints, endpoints.areTransacted(), works, later, this::onEnd));
            LOG.log(Level.DEBUG, "A bean consumes from " + target);
        } catch (JMSException | ResourceException | RuntimeException e) {
            again("A bean cannot consume from " + target + ", which is tried until it can: " + e.getMessage());
        }
    }

    /** Once as a warning, until it has worked again. */
    private void again(String why) {
        long delayMs;
        boolean isNews;
        lock.lock();
        try {
            delayMs = backoff.nextMs();
            isNews = !failing;
            failing = true;
        } finally {
            lock.unlock();
        }
        LOG.log(isNews ? Level.WARNING : Level.DEBUG, ErrorCode.ACTIVATION_WAITS.message(why));
        later.in(delayMs, this::connectSoon);
    }

    /** A feed has ended for good. */
    private void onEnd(Feed ended, JMSException why) {
        lock.lock();
        try {
            if (feed != ended || stopped) {
                return;
            }
            feed = null;
        } finally {
            lock.unlock();
        }
        try {
            Job.schedule(works, new Job(ended::abandon));
        } catch (WorkException e) {
            LOG.log(Level.DEBUG, "What is left of a connection is given up at once: " + e.getMessage());
            ended.abandon();
        }
        again("What a bean consumes from has ended, and is tried until it works again: " + why.getMessage());
    }

    // --- The end

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when no message is in the bean's hand any more, or soon after {@code deadlineNs} of {@link System#nanoTime}. */
    void stop(long deadlineNs) {
        Feed last;
        lock.lock();
        try {
            stopped = true;
            last = feed;
            feed = null;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close(deadlineNs);
        }
    }
}
