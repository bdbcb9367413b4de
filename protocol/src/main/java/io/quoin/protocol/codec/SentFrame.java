// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;

/** The one field of SENT. */
public final class SentFrame {

    private static final int BYTES = 8;

    private SentFrame() {}

    /**
     * Every send of this connection up to and with that sequence has its final outcome.
     *
     * @throws ProtocolException with BAD_FRAME if the fields do not add up
     */
    public static long upTo(FrameReader frame) throws ProtocolException {
        HotFields.checkLength(frame, BYTES);
        HotFields.checkU64(frame, 0);
        return frame.buffer().getLong(frame.fieldsAt());
    }

    public static void write(FrameWriter writer, long upTo) {
        writer.begin(FrameType.SENT, 0, 0).u64(upTo);
        writer.end();
    }
}
