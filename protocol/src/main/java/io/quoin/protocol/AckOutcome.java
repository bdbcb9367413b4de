// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** What becomes of acknowledged deliveries; their codes count from 0. */
public enum AckOutcome {
    /** Done with. */
    CONSUMED(0),
    /** To the dead letters at once. */
    REJECTED(1),
    /** Back in its place, as a delivery that failed. */
    RETURNED_COUNTED(2),
    /** Back in its place, as if it had not been delivered. */
    RETURNED_UNCOUNTED(3);

    private static final AckOutcome[] BY_CODE = values();

    private final int code;

    AckOutcome(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /**
     * The constant with that number.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME} if there is none
     */
    public static AckOutcome of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no acknowledgement outcome " + code);
        }
        return BY_CODE[code];
    }
}
