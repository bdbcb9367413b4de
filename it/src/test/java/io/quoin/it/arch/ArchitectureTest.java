// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quoin.journal.RecordView;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Modules and layers point one way, no package is part of a cycle, and the core is a pure state machine.
 *
 * <p>A new package of the server has to be put into {@link #SERVER_LAYERS} before the build passes: where it stands is
 * a decision, not an accident.
 */
@AnalyzeClasses(
        packages = "io.quoin",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {

    /** Leaves out what a module's tests lend to those of others. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    /** Packages directly below {@code io.quoin.server}, top to bottom; the empty name is that package itself. */
    private static final List<List<String>> SERVER_LAYERS = List.of(
            List.of("", "boot"),
            List.of("admin", "console", "trace", "metrics"),
            List.of("transport", "replication", "cluster", "security"),
            List.of("group"),
            List.of("config"),
            List.of("auth"),
            List.of("core"),
            List.of("model"));

    private static final String[] PURE_PACKAGES = {"io.quoin.server.core..", "io.quoin.server.model.."};

    // --- modules

    @ArchTest
    static final ArchRule protocol_needs_only_the_jdk =
            onlyDependsOn("io.quoin.protocol..", "java..", "javax.crypto..", "org.jspecify.annotations");

    @ArchTest
    static final ArchRule journal_needs_only_the_jdk =
            onlyDependsOn("io.quoin.journal..", "java..", "org.jspecify.annotations");

    @ArchTest
    static final ArchRule client_needs_only_the_jdk_the_api_and_the_protocol = onlyDependsOn(
            "io.quoin.jms..",
            "java..",
            "javax.net..",
            "javax.naming..",
            "javax.security..",
            "javax.sql",
            "javax.transaction.xa",
            "jakarta.jms",
            "io.quoin.protocol..",
            "org.jspecify.annotations");

    @ArchTest
    static final ArchRule resource_adapter_stands_on_the_client = noClasses()
            .that()
            .resideInAPackage("io.quoin.ra..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quoin.server..", "io.quoin.journal..", "io.quoin.cli..", "io.netty..", "org.slf4j..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule server_knows_neither_client_nor_command_line_nor_the_jms_api = noClasses()
            .that()
            .resideInAPackage("io.quoin.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quoin.jms..", "io.quoin.ra..", "io.quoin.cli..", "jakarta.jms..", "picocli..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobody_depends_on_examples = noClasses()
            .that()
            .resideOutsideOfPackage("io.quoin.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.quoin.examples..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule no_package_is_part_of_a_cycle =
            slices().matching("io.quoin.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    // --- layers of the server

    @ArchTest
    static final ArchRule server_packages_depend_downwards = classes()
            .that()
            .resideInAPackage("io.quoin.server..")
            .should(dependDownwards())
            .allowEmptyShould(true);

    // --- the core

    @ArchTest
    static final ArchRule core_uses_no_threads_no_input_or_output_no_clock_and_no_log = classes()
            .that()
            .resideInAnyPackage(PURE_PACKAGES)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "java.lang",
                            "java.lang.annotation",
                            "java.lang.invoke",
                            "java.lang.runtime",
                            "java.math",
                            "java.nio",
                            "java.nio.charset",
                            "java.time",
                            "java.util",
                            "java.util.function",
                            "java.util.regex",
                            "java.util.stream",
                            "java.util.zip",
                            "org.jspecify.annotations",
                            "io.quoin.protocol..")
                    .or(resideInAnyPackage(PURE_PACKAGES))
                    .or(type(TimeUnit.class))
                    // A record in place; the rest of the journal is the group's business.
                    .or(type(RecordView.class))
                    // Arrays of primitives, and primitives.
                    .or(resideInAPackage("")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_starts_no_threads_and_reads_no_clock = noClasses()
            .that()
            .resideInAnyPackage(PURE_PACKAGES)
            .should()
            .dependOnClassesThat(typeIsOneOf(
                    Thread.class,
                    ThreadLocal.class,
                    Runtime.class,
                    ProcessBuilder.class,
                    java.time.Clock.class,
                    java.util.Timer.class))
            .orShould()
            .callMethodWhere(readsTheTime())
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule core_locks_nothing = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE_PACKAGES)
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule journal_reads_the_time_only_through_its_clock = noClasses()
            .that()
            .resideInAPackage("io.quoin.journal..")
            .and(areNoClock())
            .should()
            .callMethodWhere(readsTheTime())
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobody_on_the_server_serializes_objects = noClasses()
            .that()
            .resideInAnyPackage("io.quoin.protocol..", "io.quoin.journal..", "io.quoin.server..")
            .should()
            .dependOnClassesThat(typeIsOneOf(ObjectInputStream.class, ObjectOutputStream.class))
            .allowEmptyShould(true);

    // --- names

    @ArchTest
    static final ArchRule names_say_what_a_class_is = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)")
            .allowEmptyShould(true);

    private static ArchRule onlyDependsOn(String module, String... others) {
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage(module).or(resideInAnyPackage(others)).or(resideInAPackage("")))
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> typeIsOneOf(Class<?>... types) {
        return DescribedPredicate.describe(
                "are one of " + Arrays.toString(types), c -> Stream.of(types).anyMatch(c::isEquivalentTo));
    }

    private static DescribedPredicate<JavaCall<?>> readsTheTime() {
        return DescribedPredicate.describe("reads the time", call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return owner.equals("java.lang.System") && (name.equals("currentTimeMillis") || name.equals("nanoTime"))
                    || owner.startsWith("java.time.") && name.equals("now");
        });
    }

    /** A clock is a class named so or nested in one named so, whatever reads the time for others. */
    private static DescribedPredicate<JavaClass> areNoClock() {
        return DescribedPredicate.describe(
                "are no clock", c -> !outermost(c).getSimpleName().endsWith("Clock"));
    }

    private static JavaClass outermost(JavaClass c) {
        Optional<JavaClass> outer = c.getEnclosingClass();
        return outer.isPresent() ? outermost(outer.get()) : c;
    }

    private static ArchCondition<JavaClass> dependDownwards() {
        return new ArchCondition<>("depend on their own layer and those below it only") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                int layer = layerOf(from);
                if (layer < 0) {
                    events.add(SimpleConditionEvent.violated(
                            from,
                            from.getName() + " is in a package without a layer: add it to SERVER_LAYERS in "
                                    + ArchitectureTest.class.getName()));
                    return;
                }
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    JavaClass to = dependency.getTargetClass().getBaseComponentType();
                    if (to.getPackageName().startsWith("io.quoin.server") && layerOf(to) < layer) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }

    /** Returns the layer's place from the top, or -1 for a package that has none. */
    private static int layerOf(JavaClass c) {
        String[] parts = c.getPackageName().split("\\.", -1);
        String name = parts.length > 3 ? parts[3] : "";
        for (int layer = 0; layer < SERVER_LAYERS.size(); layer++) {
            if (SERVER_LAYERS.get(layer).contains(name)) {
                return layer;
            }
        }
        return -1;
    }
}
