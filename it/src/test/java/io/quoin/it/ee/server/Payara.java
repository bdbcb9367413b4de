// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Payara Server with a domain of its own, every port of which is a free one of the loopback address. */
public final class Payara extends AppServer {
    private static final String DOMAIN = "domain1";
    /** Ports in the default domain's configuration, which the first part of the file holds. */
    private static final Pattern PORT = Pattern.compile("(?<=[ -](?:start-port|das-port|port)=\")(\\d+)(?=\")");

    private static final String NO_BROKER =
            "<jms-service type=\"DISABLED\" default-jms-host=\"default_JMS_host\"><jms-host name=\"default_JMS_host\"/></jms-service>";

    private final Path domains;
    private final int http;
    private final int admin;

    Payara(Path home, Path folder, Path jdk) {
        super(home, folder, jdk);
        domains = folder.resolve("domains");
        http = freePort();
        admin = freePort();
        Distributions.copy(home.resolve("glassfish/domains").resolve(DOMAIN), domains.resolve(DOMAIN));
        Path configuration = domains.resolve(DOMAIN).resolve("config/domain.xml");
        try {
            Files.writeString(configuration, onFreePorts(read(configuration)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String onFreePorts(String domain) {
        // The second half is a template for further instances.
        int template = domain.indexOf("<config name=\"default-config\"");
        String used = domain.substring(0, template)
                .replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
                .replace("<network-listener port=", "<network-listener address=\"127.0.0.1\" port=")
                .replace("osgi.shell.telnet.port=6666", "osgi.shell.telnet.port=" + freePort())
                .replaceFirst(
                        "<hazelcast-runtime-configuration ", "<hazelcast-runtime-configuration enabled=\"false\" ")
                .replaceFirst(
                        "<hazelcast-config-specific-configuration",
                        "<hazelcast-config-specific-configuration enabled=\"false\"");
        String ports = PORT.matcher(used).replaceAll(match -> Integer.toString(newPort(match.group())));
        // Its own broker would listen on a port of all addresses, and start when transactions are recovered.
        return ports.replaceFirst("</config>", NO_BROKER + "</config>") + domain.substring(template);
    }

    private int newPort(String port) {
        return switch (port) {
            case "8080" -> http;
            case "4848" -> admin;
            default -> freePort();
        };
    }

    @Override
    public String name() {
        return "Payara";
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + http);
    }

    @Override
    public Path log() {
        return domains.resolve(DOMAIN).resolve("logs/server.log");
    }

    @Override
    boolean saysStarted(String logged) {
        // NCLS-JMX-00005: the first thing after all applications are loaded. "Startup time" is told before that.
        return logged.contains("NCLS-JMX-00005");
    }

    /** The command that {@code asadmin start-domain} would run, so that the server is a child of the test's and not of a tool's. */
    @Override
    List<String> command() {
        String dump = run(asadmin("start-domain", "--dry-run", "--domaindir", domains.toString(), DOMAIN));
        List<String> lines = new ArrayList<>(dump.lines()
                .dropWhile(line -> !line.endsWith("/bin/java"))
                .takeWhile(line -> !line.isBlank())
                .toList());
        lines.addAll(1, propertyOptions());
        int readsPassword = lines.indexOf("-read-stdin");
        lines.set(readsPassword + 1, "false");
        return lines;
    }

    private List<String> asadmin(String... arguments) {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(
                "-jar", home().resolve("glassfish/lib/client/appserver-cli.jar").toString()));
        command.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(admin)));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void deploy(Path archive) {
        String name = baseName(archive.getFileName().toString());
        String kind = archive.toString().endsWith(".rar") ? "" : "&contextroot=" + name;
        manage("deploy?force=true&upload=false&name=" + name + kind + "&DEFAULT="
                + URLEncoder.encode(archive.toAbsolutePath().toString(), StandardCharsets.UTF_8));
    }

    @Override
    public void undeploy(String fileName) {
        manage("undeploy?DEFAULT=" + baseName(fileName));
    }

    private static String baseName(String fileName) {
        return fileName.substring(0, fileName.lastIndexOf('.'));
    }

    /** The port of administration. */
    int adminPort() {
        return admin;
    }

    /** Carries out a command of administration, written as the tool {@code asadmin} sends it. */
    public String manage(String command) {
        String answer = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/__asadmin/" + command))
                .header("User-Agent", "hk2-agent")
                .header("X-Requested-By", "quoin")
                .build());
        Matcher exit = Pattern.compile("exit-code: (\\w+)").matcher(answer);
        if (exit.find() && exit.group(1).equals("FAILURE")) {
            throw new IllegalStateException(command + ": " + answer);
        }
        return answer;
    }

    @Override
    public void bindQueue(String name, String queue) {
        manage("create-admin-object?restype=jakarta.jms.Queue&raname=quoin&property=name%3D" + queue
                + "&classname=io.quoin.ra.destination.AdministeredQueue&DEFAULT=" + name);
    }

    @Override
    public void runScript(String script) {
        run(
                Map.of(
                        "ASADMIN", home().resolve("bin/asadmin").toString(),
                        "AS_ADMIN_PORT", Integer.toString(admin),
                        "QUOIN_URL", property("quoin.url")),
                List.of("sh", "examples/payara/" + script + ".sh"));
    }
}
