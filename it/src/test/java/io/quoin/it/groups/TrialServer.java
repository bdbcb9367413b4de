// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

/** A server that a trial can kill and start again on the same data and address. */
interface TrialServer extends AutoCloseable {
    /** Its URL. */
    String url();

    /** Ends it as {@code kill -9} does. */
    void kill();

    /** Starts it again, and returns when it serves. */
    void restart();

    @Override
    void close();
}
