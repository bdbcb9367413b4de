// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.arquillian;

import io.quoin.it.ee.server.Stage;
import java.net.URI;
import java.nio.file.Path;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * Deploys to the {@link Stage} that the configuration names. One class serves WildFly and Payara, so both are tested in one JVM; the adapters that these
 * servers have of their own cannot be on one class path, and none lets a test kill its server.
 */
public final class ServerContainer implements DeployableContainer<ServerConfiguration> {
    /** What answers inside the application; Arquillian adds it under this name. */
    private static final String RUNNER = "ArquillianServletRunnerEE9";

    private ServerConfiguration configuration = new ServerConfiguration();

    @Override
    public Class<ServerConfiguration> getConfigurationClass() {
        return ServerConfiguration.class;
    }

    @Override
    public void setup(ServerConfiguration given) {
        configuration = given;
    }

    /** Nothing: a server is started by the first deployment, so that none runs for tests that do not use it. */
    @Override
    public void start() {}

    /** Nothing: the stage ends with the JVM, because tests that do without Arquillian use it too. */
    @Override
    public void stop() {}

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Servlet 6.0");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) {
        Stage stage = stage();
        Path file = stage.folder().resolve(archive.getName());
        archive.as(ZipExporter.class).exportTo(file.toFile(), true);
        stage.appServer().deploy(file);
        URI url = stage.appServer().url();
        String context = "/" + archive.getName().replaceFirst("\\.war$", "");
        return new ProtocolMetaData()
                .addContext(new HTTPContext(url.getHost(), url.getPort()).add(new Servlet(RUNNER, context)));
    }

    @Override
    public void undeploy(Archive<?> archive) {
        stage().appServer().undeploy(archive.getName());
    }

    private Stage stage() {
        return Stage.of(configuration.server());
    }
}
