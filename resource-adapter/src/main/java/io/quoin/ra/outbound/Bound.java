// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinSession;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A producer, consumer or browser of a session handle, which is made anew when the handle has moved to another managed
 * connection.
 *
 * <p>Thread: one at a time, as the session; {@link #end} any.
 */
final class Bound<T extends AutoCloseable> {

    private static final Logger LOG = System.getLogger(Bound.class.getName());

    private final SessionHandle session;
    private final Recipe<T> recipe;
    private @Nullable QuoinSession on;
    private volatile @Nullable T made;
    private volatile boolean closed;

    /** How it is made. */
    @FunctionalInterface
    interface Recipe<T> {

        T make(QuoinSession on) throws JMSException;
    }

    /** Makes it, too. */
    Bound(SessionHandle session, Recipe<T> recipe) throws JMSException {
        this.session = session;
        this.recipe = recipe;
        get();
    }

    /** The one of the session as it is now. */
    T get() throws JMSException {
        if (closed) {
            throw SessionHandle.closedError();
        }
        QuoinSession now = session.physical();
        T there = made;
        if (there == null || now != on) {
            try {
                there = recipe.make(now);
            } catch (JMSException e) {
                throw session.failed(e);
            }
            made = there;
            on = now;
        }
        return there;
    }

    SessionHandle session() {
        return session;
    }

    /** Closes it, as its application wants. */
    void close() throws JMSException {
        closed = true;
        session.forget(this);
        T last = made;
        made = null;
        if (last != null) {
            try {
                last.close();
            } catch (JMSException e) {
                throw session.failed(e);
            } catch (Exception e) {
                throw new IllegalStateException(e); // they throw no other checked ones
            }
        }
    }

    /** Closes what there is, and nobody hears of a failure. */
    void leave() {
        T last = made;
        made = null;
        if (last != null) {
            try {
                last.close();
            } catch (Exception e) {
                LOG.log(Level.DEBUG, "Something of a pooled connection was not closed in order: " + e.getMessage());
            }
        }
    }

    /** The same for ever. */
    void end() {
        closed = true;
        leave();
    }
}
