// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.condition.EnabledIf;

/** The probes inside WildFly. */
@EnabledIf("io.quoin.it.ee.probe.Where#wildFly")
class WildFlyProbesIT extends Probes {
    @Deployment
    @TargetsContainer("wildfly")
    static WebArchive application() {
        return ProbeArchive.of(WildFlyProbesIT.class);
    }
}
