// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * WildFly with the configuration {@code standalone-full.xml}, in a base folder of its own, its ports moved by an offset.
 *
 * <p>Its management interface asks nobody who he is, which is right for a test on the loopback address only.
 */
public final class WildFly extends AppServer {
    private static final int HTTP = 8080;
    private static final int MANAGEMENT = 9990;
    /** Every port of the configuration; all have to be free. */
    private static final int[] PORTS = {8009, HTTP, 8443, 3528, 3529, MANAGEMENT, 9993, 4712, 4713};

    private static final String CONFIGURATION = "standalone-full.xml";
    private static final String AUTHENTICATION = " http-authentication-factory=\"management-http-authentication\"";

    private final Set<String> loggers = new HashSet<>();
    private final Path base;
    private final int offset;

    WildFly(Path home, Path folder, Path jdk) {
        super(home, folder, jdk);
        base = folder.resolve("standalone");
        offset = freeOffset();
        Distributions.copy(home.resolve("standalone"), base);
        Path configuration = base.resolve("configuration").resolve(CONFIGURATION);
        String text = read(configuration);
        if (!text.contains(AUTHENTICATION)) {
            throw new IllegalStateException(configuration + " has no" + AUTHENTICATION);
        }
        try {
            Files.writeString(configuration, text.replace(AUTHENTICATION, ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "WildFly";
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + (HTTP + offset));
    }

    @Override
    public Path log() {
        return base.resolve("log").resolve("server.log");
    }

    @Override
    boolean saysStarted(String logged) {
        // The second one: started with errors, which the test will find.
        return logged.contains("WFLYSRV0025") || logged.contains("WFLYSRV0026");
    }

    @Override
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(java(), "-Xms64m", "-Xmx512m", "-XX:+UseSerialGC"));
        // Four instances of a bean for each: eight, wherever the tests run.
        command.add("-XX:ActiveProcessorCount=2");
        command.add("-Djava.net.preferIPv4Stack=true");
        command.add("-Djava.awt.headless=true");
        // As bin/common.sh has them.
        command.add("--add-exports=java.desktop/sun.awt=ALL-UNNAMED");
        command.add("--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED");
        for (String opened : List.of("lang", "lang.invoke", "lang.reflect", "io", "net", "security", "util")) {
            command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
        }
        command.add("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED");
        command.add("--add-opens=java.management/javax.management=ALL-UNNAMED");
        command.add("--add-opens=java.naming/javax.naming=ALL-UNNAMED");
        command.add("-Dorg.jboss.boot.log.file=" + log());
        command.add("-Dlogging.configuration=file:" + base.resolve("configuration/logging.properties"));
        command.addAll(propertyOptions());
        command.addAll(List.of("-jar", home().resolve("jboss-modules.jar").toString()));
        command.addAll(List.of("-mp", home().resolve("modules").toString(), "org.jboss.as.standalone"));
        command.add("-Djboss.home.dir=" + home());
        command.add("-Djboss.server.base.dir=" + base);
        command.add("-Djboss.bind.address=127.0.0.1");
        command.add("-Djboss.bind.address.management=127.0.0.1");
        command.add("-Djboss.bind.address.unsecure=127.0.0.1");
        command.add("-Djboss.socket.binding.port-offset=" + offset);
        command.addAll(List.of("-c", CONFIGURATION));
        return command;
    }

    @Override
    public void deploy(Path archive) {
        String file = archive.getFileName().toString();
        if (base.resolve(file).toFile().exists()) {
            undeploy(file);
        }
        try {
            // A file of its own: the archive in the build's folder may change while the server runs.
            Files.copy(archive, base.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            manage("{\"operation\":\"add\",\"address\":[{\"deployment\":\"" + file + "\"}],\"enabled\":true,"
                    + "\"content\":[{\"archive\":true,\"path\":\"" + base.resolve(file) + "\"}]}");
        } catch (RuntimeException e) {
            // What has failed is not there.
            delete(file);
            throw e;
        }
    }

    @Override
    public void undeploy(String fileName) {
        manage("{\"operation\":\"undeploy\",\"address\":[{\"deployment\":\"" + fileName + "\"}]}");
        manage("{\"operation\":\"remove\",\"address\":[{\"deployment\":\"" + fileName + "\"}]}");
        delete(fileName);
    }

    private void delete(String file) {
        try {
            Files.deleteIfExists(base.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of management. */
    int managementPort() {
        return MANAGEMENT + offset;
    }

    /** Carries out a management operation, given and answered as JSON. */
    public String manage(String operation) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort() + "/management"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(operation))
                .build());
    }

    /** Has values like <code>${name}</code> in annotations replaced by system properties, as Payara does unasked. */
    public void replacePropertiesInAnnotations() {
        manage("{\"operation\":\"write-attribute\",\"address\":[{\"subsystem\":\"ee\"}],"
                + "\"name\":\"annotation-property-replacement\",\"value\":true}");
    }

    /** Sets the level of one of the loggers that its configuration has, or adds it. */
    public void logLevel(String logger, String level) {
        String address = "\"address\":[{\"subsystem\":\"logging\"},{\"logger\":\"" + logger + "\"}]";
        String remove = "{\"operation\":\"remove\"," + address + "}";
        String add = "{\"operation\":\"add\"," + address + ",\"level\":\"" + level + "\"}";
        if (loggers.add(logger)) {
            manage(add);
        } else {
            manage("{\"operation\":\"composite\",\"address\":[],\"steps\":[" + remove + "," + add + "]}");
        }
    }

    @Override
    public void bindQueue(String name, String queue) {
        String object = "{\"subsystem\":\"resource-adapters\"},{\"resource-adapter\":\"quoin\"},{\"admin-objects\":\""
                + name.replace('/', '-') + "\"}";
        String add = "{\"operation\":\"add\",\"address\":[" + object + "],"
                + "\"class-name\":\"io.quoin.ra.destination.AdministeredQueue\",\"jndi-name\":\"java:/" + name + "\"}";
        String named = "{\"operation\":\"add\",\"address\":[" + object
                + ",{\"config-properties\":\"name\"}],\"value\":\"" + queue + "\"}";
        manage("{\"operation\":\"composite\",\"address\":[],\"steps\":[" + add + "," + named + "]}");
        // An adapter that runs takes no further objects.
        long from = logSize();
        manage("{\"operation\":\"reload\",\"address\":[]}");
        awaitStarted(from);
    }

    @Override
    public void runScript(String script) {
        run(List.of(
                home().resolve("bin").resolve("jboss-cli.sh").toString(),
                "--connect",
                // A loaded machine takes longer to reload than the tool would wait.
                "--timeout=120000",
                "--controller=127.0.0.1:" + managementPort(),
                "--file=examples/wildfly/" + script + ".cli"));
    }

    /** An offset at which every port is free now. */
    private static int freeOffset() {
        for (int tries = 0; tries < 100; tries++) {
            int candidate = Math.floorMod(freePort(), 50_000) + 1;
            if (IntStream.of(PORTS).allMatch(port -> isFree(port + candidate))) {
                return candidate;
            }
        }
        throw new IllegalStateException("No offset was found at which all ports of WildFly are free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
