// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.process.ServerProcess;
import java.nio.file.Path;

/** Quoin on trial. */
final class QuoinServer implements TrialServer {
    static final String FACTORY = "io.quoin.jms.QuoinConnectionFactory";

    private final ServerProcess process;

    QuoinServer(Path data) {
        process = ServerProcess.start(data);
    }

    @Override
    public String url() {
        return process.url();
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void restart() {
        process.restart();
    }

    @Override
    public void close() {
        process.close();
    }
}
