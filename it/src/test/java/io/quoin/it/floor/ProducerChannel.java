// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How a producer sends: over a connection of its own, or over one that it shares. Thread: the producer's. */
interface ProducerChannel {
    /** Writes the rest of a buffer of whole messages. */
    void write(ByteBuffer messages) throws IOException;

    /** Waits until at least one more of this producer's messages has a receipt, and returns how many have. */
    int awaitReceipts() throws IOException;
}
