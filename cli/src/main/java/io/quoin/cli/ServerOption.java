// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.ConnectionFactory;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Which server a command talks to. */
final class ServerOption {

    @Option(
            names = "--url",
            paramLabel = "URI",
            defaultValue = "${env:QUOIN_URL:-quoin://127.0.0.1:5544}",
            description = "The server (default: QUOIN_URL, or quoin://127.0.0.1:5544).")
    String url = "";

    /** A connection factory for it. */
    ConnectionFactory factory() throws CliException {
        try {
            return new QuoinConnectionFactory(url);
        } catch (IllegalArgumentException e) {
            throw new CliException(ErrorCode.BAD_URI, ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
