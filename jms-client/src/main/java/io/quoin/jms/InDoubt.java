// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.protocol.Resolution;

/**
 * What somebody has found out about a message in doubt, on destinations with {@code delivery=strict}: see {@link
 * QuoinMessageConsumer#resolve}.
 */
public enum InDoubt {
    /** Its work was done: it goes, as if it had been acknowledged. */
    CONSUMED(Resolution.CONSUMED),
    /** It was not: the message is delivered once more. */
    RETRY(Resolution.RETRY);

    private final Resolution wire;

    InDoubt(Resolution wire) {
        this.wire = wire;
    }

    Resolution wire() {
        return wire;
    }
}
