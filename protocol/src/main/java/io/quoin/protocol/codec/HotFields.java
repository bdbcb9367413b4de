// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;

/** Checks of fields that lie at fixed places. Offsets count from the first field. */
final class HotFields {

    private HotFields() {}

    static void checkLength(FrameReader frame, int bytes) throws ProtocolException {
        if (frame.fieldsLength() != bytes) {
            throw bad(frame, "have " + frame.fieldsLength() + " bytes and not " + bytes);
        }
    }

    /** Refuses a number that is not below 2^63. */
    static void checkU64(FrameReader frame, int offset) throws ProtocolException {
        long value = frame.buffer().getLong(frame.fieldsAt() + offset);
        if (value < 0) {
            throw bad(frame, "have the number " + Long.toUnsignedString(value) + ", which is not below 2^63");
        }
    }

    /** Refuses a sequence number or tag that is not 1 or more, and below 2^63. */
    static void checkPositive(FrameReader frame, int offset) throws ProtocolException {
        checkU64(frame, offset);
        if (frame.buffer().getLong(frame.fieldsAt() + offset) == 0) {
            throw bad(frame, "have the number 0 where counting begins at 1");
        }
    }

    static ProtocolException bad(FrameReader frame, String what) {
        return new ProtocolException(ErrorCode.BAD_FRAME, "The fields of " + frame.type() + " " + what);
    }
}
