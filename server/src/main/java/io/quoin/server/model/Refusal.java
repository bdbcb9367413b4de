// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.protocol.ErrorCode;

/**
 * What was asked for is refused, and nothing has changed. It is an answer, not a fault, so it has no stack trace.
 */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String text;

    /** {@code text} is a sentence for people: what is refused, where, and why. */
    public Refusal(ErrorCode code, String text) {
        super(code.message(text), null, false, false);
        this.code = code;
        this.text = text;
    }

    public ErrorCode code() {
        return code;
    }

    /** The sentence without the code. */
    public String text() {
        return text;
    }
}
