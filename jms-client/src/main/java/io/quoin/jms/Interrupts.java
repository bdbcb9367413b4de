// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;

/** Waiting that neither obeys nor loses an interrupt. */
final class Interrupts {

    private Interrupts() {}

    /** Waits, with the condition's lock held, while {@code busy} says so. */
    static void awaitWhile(Condition changed, BooleanSupplier busy) {
        boolean interrupted = false;
        while (busy.getAsBoolean()) {
            try {
                changed.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
