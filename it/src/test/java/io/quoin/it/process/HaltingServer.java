// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.process;

import io.quoin.server.config.ConfigException;
import io.quoin.server.config.ConfigLoader;
import io.quoin.server.config.Option;
import io.quoin.server.config.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server on a disk that is {@link Halting}, as the main class of a process. The arguments are those of {@code quoin run}.
 *
 * <p>Two files beside the data folder say when it ends: a test writes the plan, and who works with the server arms it by
 * renaming it at the moment from which on operations count.
 */
public final class HaltingServer {

    /** The exit code of a process that has halted as planned. */
    public static final int HALTED = Halting.HALTED;

    private HaltingServer() {}

    public static void main(String[] arguments) throws ConfigException {
        Map<Option<?>, String> flags = new LinkedHashMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            flags.put(option(arguments[i]), arguments[i + 1]);
        }
        System.exit(io.quoin.server.boot.ServerProcess.run(
                ConfigLoader.load(null, Path.of(""), Map.of(), flags),
                "halting",
                data -> new WatchedDisk(data, new Halting(armed(data))),
                System.out,
                System.err,
                Runtime.getRuntime()::halt));
    }

    private static Option<?> option(String flag) {
        return Options.all().stream()
                .filter(option -> option.flag().equals(flag))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("no option " + flag));
    }

    /** The plan that is not armed yet. */
    private static Path planned(Path data) {
        return data.resolveSibling(data.getFileName() + ".halt");
    }

    /** The plan from whose appearance on operations count. */
    static Path armed(Path data) {
        return data.resolveSibling(data.getFileName() + ".armed");
    }

    /** Plans the end of the server of that data folder; nothing happens before somebody arms it. */
    public static void plan(Path data, HaltAt at) throws IOException {
        Path unfinished = data.resolveSibling(data.getFileName() + ".halt.tmp");
        Files.writeString(unfinished, at.toString());
        Files.move(unfinished, planned(data), StandardCopyOption.ATOMIC_MOVE);
    }

    /** From now on operations count. Returns whether there was a plan. */
    public static boolean arm(Path data) {
        return planned(data).toFile().renameTo(armed(data).toFile());
    }

    /** From now on they do not. */
    public static void disarm(Path data) throws IOException {
        Files.deleteIfExists(armed(data));
    }

    /** There is no plan any more, armed or not. */
    public static void cancel(Path data) throws IOException {
        disarm(data);
        Files.deleteIfExists(planned(data));
    }
}
