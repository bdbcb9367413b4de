// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** How a session acknowledges (Messaging 3.1 §6.2.10); their codes count from 0. */
public enum AcknowledgeMode {
    TRANSACTED(0),
    AUTO(1),
    CLIENT(2),
    DUPS_OK(3),
    /** Every message by itself. */
    INDIVIDUAL(4),
    XA(5);

    private static final AcknowledgeMode[] BY_CODE = values();

    private final int code;

    AcknowledgeMode(int code) {
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
    public static AcknowledgeMode of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no acknowledge mode " + code);
        }
        return BY_CODE[code];
    }
}
