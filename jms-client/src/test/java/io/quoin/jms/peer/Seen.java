// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.peer;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import java.util.List;

/** A frame that the client has sent. */
public sealed interface Seen {

    FrameType type();

    int session();

    int flags();

    /** One that is not on the hot path. */
    record Rare(FrameType type, int session, int flags, Frame frame) implements Seen {}

    record Sent(
            int session,
            int flags,
            long sequence,
            int alias,
            long timeToLiveMs,
            long delayMs,
            long ageMs,
            byte[] message)
            implements Seen {
        @Override
        public FrameType type() {
            return FrameType.SEND;
        }
    }

    record Range(long first, long last) {}

    record Acknowledged(
            int session,
            int flags,
            int request,
            int consumer,
            long handedOut,
            AckOutcome outcome,
            boolean transacted,
            List<Range> ranges)
            implements Seen {
        @Override
        public FrameType type() {
            return FrameType.ACK;
        }
    }

    record Credited(int session, int flags, int consumer, long limitMessages, long limitBytes, long handedOut)
            implements Seen {
        @Override
        public FrameType type() {
            return FrameType.CREDIT;
        }
    }

    record Heartbeat(int session, int flags) implements Seen {
        @Override
        public FrameType type() {
            return FrameType.HEARTBEAT;
        }
    }
}
