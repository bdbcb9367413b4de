// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import picocli.CommandLine.ExitCode;

/** A command cannot do what it was asked to: one sentence with a code, and the exit code of the process. */
final class CliException extends Exception {

    /** What was named is not there. */
    static final int NOT_FOUND = 3;

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int exitCode;

    CliException(ErrorCode code, int exitCode, String text) {
        super(text);
        this.code = code;
        this.exitCode = exitCode;
    }

    /** The command line is wrong. */
    static CliException usage(String text) {
        return new CliException(ErrorCode.USAGE, ExitCode.USAGE, text);
    }

    ErrorCode code() {
        return code;
    }

    int exitCode() {
        return exitCode;
    }
}
