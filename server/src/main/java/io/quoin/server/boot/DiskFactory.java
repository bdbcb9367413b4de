// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import io.quoin.journal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the folder in which a server keeps its data. */
@FunctionalInterface
public interface DiskFactory {

    /**
     * Opens it, and creates it where it is missing.
     *
     * @throws IOException if it cannot be used
     */
    Disk open(Path folder) throws IOException;
}
