// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** What the body of a message is; their codes count from 0. */
public enum BodyType {
    NONE(0),
    TEXT(1),
    BYTES(2),
    MAP(3),
    STREAM(4),
    OBJECT(5);

    private static final BodyType[] BY_CODE = values();

    private final int code;

    BodyType(int code) {
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
    public static BodyType of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no body type " + code);
        }
        return BY_CODE[code];
    }
}
