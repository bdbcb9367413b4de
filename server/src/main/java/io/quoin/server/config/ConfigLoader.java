// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of all options: the file is outdone by the environment, the environment by flags. What nobody knows is
 * refused, and all problems are told at once.
 */
public final class ConfigLoader {

    /** Read from the working directory where neither flag nor environment names another file. */
    public static final String DEFAULT_FILE = "quoin.yaml";

    /** Names the file. */
    public static final String FILE_VARIABLE = "QUOIN_CONFIG";

    private static final String PREFIX = "QUOIN_";

    /** Variables of this prefix that other parts of Quoin read. */
    private static final List<String> FOREIGN_VARIABLES =
            List.of(FILE_VARIABLE, "QUOIN_URL", "QUOIN_USER", "QUOIN_PASSWORD", "QUOIN_NEW_PASSWORD");

    private final List<Problem> problems = new ArrayList<>();
    private ServerConfig config = ServerConfig.defaults();

    private ConfigLoader() {}

    /**
     * Reads a configuration.
     *
     * @param file the file that the user named, or null to look for quoin.yaml in {@code workingDirectory}
     * @param environment all variables; those that do not begin with QUOIN_ are ignored
     * @param flags text by option, as given on the command line
     * @throws ConfigException if anything is wrong; nothing was changed
     */
    public static ServerConfig load(
            @Nullable Path file, Path workingDirectory, Map<String, String> environment, Map<Option<?>, String> flags)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader();
        String named = file != null ? file.toString() : environment.get(FILE_VARIABLE);
        Path found = named != null ? workingDirectory.resolve(named) : workingDirectory.resolve(DEFAULT_FILE);
        if (named != null || Files.exists(found)) {
            loader.readFile(found, named != null ? named : DEFAULT_FILE);
        }
        loader.readEnvironment(environment);
        flags.forEach((option, text) -> loader.set(option, text, option.flag()));
        loader.checkTogether();
        if (!loader.problems.isEmpty()) {
            throw new ConfigException(loader.problems);
        }
        return loader.config;
    }

    private void readFile(Path path, String shownName) {
        for (YamlFile.Entry entry : YamlFile.read(path, shownName, problems)) {
            Option<?> option = Options.find(entry.key());
            if (option == null) {
                problems.add(unknown(entry.where(), "key", entry.key(), keys()));
            } else {
                set(option, entry.value(), entry.where());
            }
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, Option<?>> known = new TreeMap<>();
        Options.all().forEach(option -> known.put(option.variable(), option));
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            Option<?> option = known.get(name);
            if (option != null) {
                set(option, variable.getValue(), name);
            } else if (name.startsWith(PREFIX) && !FOREIGN_VARIABLES.contains(name)) {
                problems.add(unknown("environment", "variable", name, List.copyOf(known.keySet())));
            }
        }
    }

    private <T> void set(Option<T> option, String text, String origin) {
        try {
            config = config.with(option, option.type().parse(text), origin);
        } catch (IllegalArgumentException | ArithmeticException e) {
            problems.add(new Problem(
                    ErrorCode.BAD_VALUE,
                    origin + ": '" + text + "' is not a value of " + option.key() + ". It takes "
                            + option.type().allowed() + "."));
        }
    }

    /** What can only be said of several options together. */
    private void checkTogether() {
        if ((config.find(Options.TLS_CERT) == null) != (config.find(Options.TLS_KEY) == null)) {
            problems.add(new Problem(
                    ErrorCode.BAD_VALUE,
                    "tls.cert and tls.key belong together, and only one of them is set. Set both, or neither."));
        }
        boolean local = config.get(Options.BIND).isLoopbackAddress();
        if (!local && config.find(Options.TLS_CERT) == null && config.find(Options.TLS_KEY) == null) {
            problems.add(new Problem(
                    ErrorCode.UNSAFE_CONFIGURATION,
                    config.origin(Options.BIND) + ": binding to "
                            + config.get(Options.BIND).getHostAddress()
                            + " would let other machines connect, and nothing would be encrypted. Set tls.cert and"
                            + " tls.key, too, or leave bind at a loopback address."));
        }
    }

    private static Problem unknown(String where, String what, String name, List<String> known) {
        String nearest = NearestName.of(name, known);
        return new Problem(
                ErrorCode.UNKNOWN_OPTION,
                where + ": unknown " + what + " '" + name + "'."
                        + (nearest == null
                                ? " docs/configuration.md lists all options."
                                : " Did you mean '" + nearest + "'?"));
    }

    private static List<String> keys() {
        return Options.all().stream().map(Option::key).toList();
    }
}
