// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;

/** Where messages and acknowledgements become durable. */
interface Log extends AutoCloseable {
    /**
     * Told by the event loop, after each turn, how far the rings are filled.
     *
     * @param messages position up to which messages are to become durable
     * @param acks the same for acknowledgements, which are written with messages
     * @param acksAreDue whether they have waited long enough to be written alone
     * @return the position up to which messages are durable
     */
    long advance(long messages, long acks, boolean acksAreDue) throws IOException;

    /** The position up to which acknowledgements are durable. */
    long durableAcks();

    @Override
    void close() throws IOException;

    /** For non-persistent messages: everything is as durable as it will ever be. */
    final class None implements Log {
        private long acks;

        @Override
        public long advance(long messages, long acks, boolean acksAreDue) {
            this.acks = acks;
            return messages;
        }

        @Override
        public long durableAcks() {
            return acks;
        }

        @Override
        public void close() {}
    }
}
