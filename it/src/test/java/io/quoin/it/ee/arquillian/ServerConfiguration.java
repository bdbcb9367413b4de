// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.arquillian;

import io.quoin.it.ee.server.Stage;
import java.util.Locale;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;

/** What {@code arquillian.xml} says of a container. */
public final class ServerConfiguration implements ContainerConfiguration {
    private Stage.Kind server = Stage.Kind.WILDFLY;

    /** The server that is deployed to: {@code wildfly} or {@code payara}. */
    public void setServer(String server) {
        this.server = Stage.Kind.valueOf(server.toUpperCase(Locale.ROOT));
    }

    Stage.Kind server() {
        return server;
    }

    /** Nothing: every value of {@link Stage.Kind} is right. */
    @Override
    public void validate() {}
}
