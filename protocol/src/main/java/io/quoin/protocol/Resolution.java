// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** What somebody has decided about a message in doubt; their codes count from 0. */
public enum Resolution {
    /** It was consumed: it goes, as if it had been acknowledged. */
    CONSUMED(0),
    /** It was not: it is delivered again. */
    RETRY(1);

    private static final Resolution[] BY_CODE = values();

    private final int code;

    Resolution(int code) {
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
    public static Resolution of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no resolution " + code);
        }
        return BY_CODE[code];
    }
}
