// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.errors.JmsErrors;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/** Calls of the classic API from the simplified one, with its unchecked exceptions. */
final class Unchecked {

    private Unchecked() {}

    interface Call<T> {

        T run() throws JMSException;
    }

    /** A call that may return null. */
    interface Query<T> {

        @Nullable
        T run() throws JMSException;
    }

    interface Action {

        void run() throws JMSException;
    }

    static <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    static <T> @Nullable T query(Query<T> query) {
        try {
            return query.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    static void run(Action action) {
        try {
            action.run();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
