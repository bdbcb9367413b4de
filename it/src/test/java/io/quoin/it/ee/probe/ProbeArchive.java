// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application that the probes run in: the package that they are in, and what it needs. */
final class ProbeArchive {
    private ProbeArchive() {}

    static WebArchive of(Class<?> test) {
        return ShrinkWrap.create(WebArchive.class, "probes.war")
                .addClasses(test, Probes.class, Recorder.class, Injected.class, Where.class)
                .addAsLibrary(jar(Assertions.class))
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsWebInfResource("ee/web.xml", "web.xml")
                .addAsWebInfResource("ee/jboss-web.xml", "jboss-web.xml")
                .addAsWebInfResource("ee/glassfish-ejb-jar.xml", "glassfish-ejb-jar.xml");
    }

    /** The archive that a class of the class path comes from. */
    private static File jar(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toFile();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
