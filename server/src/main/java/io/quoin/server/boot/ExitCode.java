// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

/** How the process of a server ends. The numbers are part of what users may rely on. */
public enum ExitCode {
    /** Stopped cleanly. */
    OK(0),
    /** Could not start, for a reason that has no number of its own. */
    FAILED(1),
    /** The command line or the configuration is wrong. */
    USAGE(2),
    /** The heap is full (also the JVM's own number for it). */
    OUT_OF_MEMORY(3),
    /** The journal could not be written: nothing was confirmed after it. */
    JOURNAL_FAILED(70),
    /** A thread that the server cannot be without has died. */
    THREAD_DIED(72),
    /** Another process uses the data folder. */
    LOCKED(73),
    /** The data are damaged, and starting would lose some of them. */
    CORRUPT(74),
    /** The data were written by a newer version. */
    FORMAT_TOO_NEW(75),
    /** The configuration would expose the server. */
    UNSAFE(78);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
