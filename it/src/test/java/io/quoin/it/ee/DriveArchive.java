// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee;

import java.nio.file.Path;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application {@code drive.war}, made of the package {@code io.quoin.it.ee.app}. */
final class DriveArchive {
    private static final List<String> BEANS = List.of(
            "Plain",
            "ManyA",
            "ManyB",
            "TenOfATopic",
            "DurableWithId",
            "DurableWithout",
            "OwnTransactions",
            "NoTransaction",
            "Forward",
            "LookedUp",
            "SharedOne",
            "SharedTwo",
            "Settings");

    /** WildFly looks for the adapter's classes in the application that defines something of it; others do not mind. */
    private static final String SEES_ADAPTER = "Manifest-Version: 1.0\nDependencies: deployment.quoin.rar\n";

    private DriveArchive() {}

    /** Writes it into this folder. */
    static Path write(Path folder) {
        Path file = folder.resolve("drive.war");
        ShrinkWrap.create(WebArchive.class, "drive.war")
                .addPackage("io.quoin.it.ee.app")
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsWebInfResource("ee/web.xml", "web.xml")
                .addAsWebInfResource("ee/jboss-web.xml", "jboss-web.xml")
                .addAsWebInfResource(new StringAsset(adapterOf(BEANS)), "glassfish-ejb-jar.xml")
                .as(ZipExporter.class)
                .exportTo(file.toFile(), true);
        return file;
    }

    /** Writes {@code defined.war} into this folder, made of the package {@code io.quoin.it.ee.defined}. */
    static Path writeDefined(Path folder) {
        Path file = folder.resolve("defined.war");
        ShrinkWrap.create(WebArchive.class, "defined.war")
                .addPackage("io.quoin.it.ee.defined")
                .setManifest(new StringAsset(SEES_ADAPTER))
                .as(ZipExporter.class)
                .exportTo(file.toFile(), true);
        return file;
    }

    /** Writes {@code hasty.war} into this folder, made of the package {@code io.quoin.it.ee.hasty}. */
    static Path writeHasty(Path folder) {
        Path file = folder.resolve("hasty.war");
        ShrinkWrap.create(WebArchive.class, "hasty.war")
                .addPackage("io.quoin.it.ee.hasty")
                .addAsWebInfResource(new StringAsset(adapterOf(List.of("Hasty"))), "glassfish-ejb-jar.xml")
                .as(ZipExporter.class)
                .exportTo(file.toFile(), true);
        return file;
    }

    /** Payara has to be told for each bean which adapter serves it. */
    private static String adapterOf(List<String> beans) {
        StringBuilder xml = new StringBuilder("<glassfish-ejb-jar><enterprise-beans>");
        for (String bean : beans) {
            xml.append("<ejb><ejb-name>")
                    .append(bean)
                    .append("</ejb-name><mdb-resource-adapter><resource-adapter-mid>");
            xml.append("quoin</resource-adapter-mid></mdb-resource-adapter>");
            // As many instances as WildFly has of a bean.
            xml.append("<bean-pool><max-pool-size>8</max-pool-size></bean-pool></ejb>");
        }
        return xml.append("</enterprise-beans></glassfish-ejb-jar>").toString();
    }
}
