// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal.disk;

/** Time. Nothing in the journal asks the system for it directly. Thread-safe. */
public interface Clock {

    /** Milliseconds since 1970-01-01T00:00Z by the machine's clock, which may be set back or forth at any time. */
    long wallMs();

    /** Nanoseconds from an arbitrary origin; never goes back. For measuring spans only. */
    long nanoTime();
}
