// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point of {@code quoin.jar}. */
@Command(
        name = "quoin",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A Jakarta Messaging broker and its tools.")
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code: 0 done, 1 failed, 2 usage, 3 not found. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    /** Reads the version from the manifest of the jar that this class was loaded from. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"quoin " + (version == null ? "(development)" : version)};
        }
    }
}
