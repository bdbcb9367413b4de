// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import io.quoin.it.ee.server.AppServers;
import io.quoin.it.ee.server.Stage;

/** Whether probes run: asked by the test that deploys them, and once more inside the server, which knows nothing of the tests' classes. */
final class Where {
    private Where() {}

    /** Whether they run in WildFly. */
    static boolean wildFly() {
        return isInside() || AppServers.canRun(Stage.Kind.WILDFLY);
    }

    /** Whether they run in Payara. */
    static boolean payara() {
        return isInside() || AppServers.canRun(Stage.Kind.PAYARA);
    }

    /** Application servers are started with this property. */
    private static boolean isInside() {
        return System.getProperty("quoin.url") != null;
    }
}
