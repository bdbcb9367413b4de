// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/conformance.md} true: the tests that it names are there, and those that show a rule are named. */
class ConformanceTableTest {

    private static final Pattern ROW =
            Pattern.compile("^\\| [^|]+ \\| (\\d+) \\|[^|]*\\| (.+) \\|$", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("`([a-z]+(?:\\.[a-z]+)*\\.[A-Z]\\w+)(?:\\.(\\w+))?`");
    private static final Pattern RULE = Pattern.compile("rule(\\d\\d)\\w*");
    private static final int RULES = 74;

    private static final Path ROOT = Files.isDirectory(Path.of("docs")) ? Path.of("") : Path.of("..");

    private static String table() throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve("conformance.md"));
    }

    private static Class<?> named(String name) throws ClassNotFoundException {
        return Class.forName("io.quoin.it." + name);
    }

    @Test
    void whatIsNamedIsThere() throws Exception {
        Matcher matcher = NAMED.matcher(table());
        int count = 0;
        while (matcher.find()) {
            Class<?> test = named(matcher.group(1));
            String method = matcher.group(2);
            if (method != null) {
                assertThat(Stream.of(test.getDeclaredMethods())
                                .filter(m -> m.getName().equals(method))
                                .anyMatch(m -> m.isAnnotationPresent(Test.class)))
                        .as(matcher.group())
                        .isTrue();
            }
            count++;
        }
        assertThat(count).isGreaterThan(RULES);
    }

    @Test
    void everyRuleHasItsRowAndEveryTestOfARuleIsInIt() throws Exception {
        Map<Integer, String> rows = new LinkedHashMap<>();
        Matcher matcher = ROW.matcher(table());
        while (matcher.find()) {
            rows.put(Integer.valueOf(matcher.group(1)), matcher.group(2));
        }
        assertThat(rows.keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, RULES).boxed().toList());
        for (Class<?> test : testsOfThisPackage()) {
            for (Method method : test.getDeclaredMethods()) {
                Matcher rule = RULE.matcher(method.getName());
                if (method.isAnnotationPresent(Test.class) && rule.matches()) {
                    assertThat(rows.get(Integer.valueOf(rule.group(1))))
                            .as("row of rule " + rule.group(1))
                            .contains("`jms." + test.getSimpleName() + "." + method.getName() + "`");
                }
            }
        }
    }

    private static List<Class<?>> testsOfThisPackage() throws Exception {
        Path sources = ROOT.resolve("it/src/test/java/io/quoin/it/jms");
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(sources)) {
            files.map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith("IT.java"))
                    .forEach(n -> names.add(n.substring(0, n.length() - ".java".length())));
        }
        List<Class<?>> tests = new java.util.ArrayList<>();
        for (String name : names) {
            tests.add(named("jms." + name));
        }
        return tests;
    }
}
