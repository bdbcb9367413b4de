// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** The kinds of destination; their codes count from 0. */
public enum DestinationKind {
    QUEUE(0),
    TOPIC(1),
    TEMPORARY_QUEUE(2),
    TEMPORARY_TOPIC(3);

    private static final DestinationKind[] BY_CODE = values();

    private final int code;

    DestinationKind(int code) {
        this.code = code;
    }

    /** The number on the wire, in frames and messages. */
    public int code() {
        return code;
    }

    public boolean isTopic() {
        return this == TOPIC || this == TEMPORARY_TOPIC;
    }

    public boolean isTemporary() {
        return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC;
    }

    /**
     * The kind with that number.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME} if there is none
     */
    public static DestinationKind of(int code) throws ProtocolException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "There is no destination kind " + code);
        }
        return BY_CODE[code];
    }
}
