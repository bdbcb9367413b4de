// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import io.quoin.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML file as keys with dots for its levels, each with the place where it stands. No value becomes an object. */
final class YamlFile {

    /** A configuration of this size is a mistake, and reading it would take long. */
    private static final long MAX_BYTES = 1 << 20;

    /**
     * One value of the file.
     *
     * @param key levels joined by dots
     * @param where file:line:column of the key, counted from 1
     */
    record Entry(String key, String value, String where) {}

    private final String shownName;
    private final List<Problem> problems;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private YamlFile(String shownName, List<Problem> problems) {
        this.shownName = shownName;
        this.problems = problems;
    }

    /** All values of the file, in its order; what is wrong with it is added to {@code problems}. */
    static List<Entry> read(Path path, String shownName, List<Problem> problems) {
        YamlFile file = new YamlFile(shownName, problems);
        try {
            if (Files.size(path) > MAX_BYTES) {
                problems.add(new Problem(
                        ErrorCode.BAD_CONFIGURATION,
                        shownName + ": the file is larger than 1 MiB. Name another file."));
                return List.of();
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(shownName)
                    .setMaxAliasesForCollections(10)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(path));
            root.ifPresent(node -> file.addTop(node));
        } catch (IOException e) {
            problems.add(new Problem(
                    ErrorCode.FILE_NOT_READABLE,
                    shownName + ": the configuration file cannot be read ("
                            + e.getClass().getSimpleName() + "). Check path and rights."));
        } catch (MarkedYamlEngineException e) {
            problems.add(new Problem(
                    ErrorCode.BAD_CONFIGURATION,
                    e.getProblemMark().map(file::where).orElse(shownName) + ": " + ErrorCode.sentence(e.getProblem())));
        } catch (YamlEngineException e) {
            problems.add(new Problem(ErrorCode.BAD_CONFIGURATION, shownName + ": " + e.getMessage()));
        }
        return file.entries;
    }

    private void addTop(Node root) {
        if (root instanceof MappingNode mapping) {
            add("", mapping);
        } else if (!isEmpty(root)) {
            problems.add(new Problem(
                    ErrorCode.BAD_CONFIGURATION, where(root) + ": expected keys with values, such as 'port: 5544'."));
        }
    }

    private void add(String prefix, MappingNode mapping) {
        for (NodeTuple pair : mapping.getValue()) {
            Node keyNode = pair.getKeyNode();
            if (!(keyNode instanceof ScalarNode name)) {
                problems.add(new Problem(ErrorCode.BAD_CONFIGURATION, where(keyNode) + ": a key must be a word."));
                continue;
            }
            String key = prefix + name.getValue();
            Node value = pair.getValueNode();
            if (!seen.add(key)) {
                problems.add(new Problem(
                        ErrorCode.BAD_CONFIGURATION,
                        where(keyNode) + ": " + key + " is there a second time. Keep one of them."));
            } else if (value instanceof MappingNode nested) {
                add(key + ".", nested);
            } else if (value instanceof ScalarNode scalar && !isEmpty(scalar)) {
                entries.add(new Entry(key, scalar.getValue(), where(keyNode)));
            } else if (!isEmpty(value)) {
                problems.add(new Problem(
                        ErrorCode.BAD_CONFIGURATION, where(value) + ": " + key + " takes one value, not a list."));
            } else if (Options.find(key) == null) {
                // An empty level of the file is harmless, but a misspelt key should not go unnoticed.
                if (Options.all().stream().noneMatch(option -> option.key().startsWith(key + "."))) {
                    entries.add(new Entry(key, "", where(keyNode)));
                }
            }
        }
    }

    private static boolean isEmpty(Node node) {
        return Tag.NULL.equals(node.getTag());
    }

    private String where(Node node) {
        return node.getStartMark().map(this::where).orElse(shownName);
    }

    private String where(Mark mark) {
        return shownName + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
