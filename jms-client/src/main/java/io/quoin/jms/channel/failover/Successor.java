// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.protocol.codec.Frame;

/** What the server at the end of a new link is to the one at the end of the link before. */
public enum Successor {
    /** It has been running all the time. */
    SAME,
    /** It has the same log, and of what is not in it nothing. */
    RESTARTED,
    /** It has another log: its messages, numbers and transactions are others. */
    STRANGER;

    static Successor of(Frame.Welcome before, Frame.Welcome now) {
        if (!before.clusterId().equals(now.clusterId())) {
            return STRANGER;
        }
        return before.bootNumber() == now.bootNumber() ? SAME : RESTARTED;
    }
}
