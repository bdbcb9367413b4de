// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/**
 * Something that was read from a peer or from disk breaks the protocol, or the peer answered with an error. It has a code
 * that stays the same from release to release and a sentence for people.
 */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String text;

    public ProtocolException(ErrorCode code, String text) {
        super(code.message(text));
        this.code = code;
        this.text = text;
    }

    public ProtocolException(ErrorCode code, String text, Throwable cause) {
        super(code.message(text), cause);
        this.code = code;
        this.text = text;
    }

    public ErrorCode code() {
        return code;
    }

    /** The sentence without the code; {@link #getMessage} has both. */
    public String text() {
        return text;
    }
}
