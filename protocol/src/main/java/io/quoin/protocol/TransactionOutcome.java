// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** What the server knows of a local transaction; their codes count from 0. */
public enum TransactionOutcome {
    /** Rolled back, or never heard of: its work is not there and never will be. */
    ROLLED_BACK(0),
    COMMITTED(1),
    /** Neither yet. */
    OPEN(2);

    private static final TransactionOutcome[] BY_CODE = values();

    private final int code;

    TransactionOutcome(int code) {
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
    public static TransactionOutcome of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no transaction outcome " + code);
        }
        return BY_CODE[code];
    }
}
