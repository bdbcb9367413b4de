// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.condition.EnabledIf;

/** The probes inside Payara. */
@EnabledIf("io.quoin.it.ee.probe.Where#payara")
class PayaraProbesIT extends Probes {
    @Deployment
    @TargetsContainer("payara")
    static WebArchive application() {
        return ProbeArchive.of(PayaraProbesIT.class);
    }
}
