// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import io.quoin.protocol.ErrorCode;

/** A server could not be started, and nothing was changed. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final ErrorCode code;

    StartException(ExitCode exitCode, ErrorCode code, String text, Throwable cause) {
        super(code.message(text), cause);
        this.exitCode = exitCode;
        this.code = code;
    }

    StartException(ExitCode exitCode, ErrorCode code, String text) {
        super(code.message(text));
        this.exitCode = exitCode;
        this.code = code;
    }

    /** How the process ends. */
    public ExitCode exitCode() {
        return exitCode;
    }

    public ErrorCode code() {
        return code;
    }
}
