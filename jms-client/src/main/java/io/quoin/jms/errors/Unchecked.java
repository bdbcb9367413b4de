// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.errors;

import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/** Calls of the classic API from the simplified one, with its unchecked exceptions. */
public final class Unchecked {

    private Unchecked() {}

    /** A call that returns something. */
    @FunctionalInterface
    public interface Call<T> {

        /** Makes the call. */
        T run() throws JMSException;
    }

    /** A call that may return null. */
    @FunctionalInterface
    public interface Query<T> {

        /** Makes the call. */
        @Nullable
        T run() throws JMSException;
    }

    /** A call that returns nothing. */
    @FunctionalInterface
    public interface Action {

        /** Makes the call. */
        void run() throws JMSException;
    }

    /** Makes a call; what it throws is unchecked. */
    public static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** Makes a call that may return null; what it throws is unchecked. */
    public static <T> @Nullable T query(Query<T> query) {
        try {
            return query.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** Makes a call that returns nothing; what it throws is unchecked. */
    public static void run(Action action) {
        try {
            action.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
