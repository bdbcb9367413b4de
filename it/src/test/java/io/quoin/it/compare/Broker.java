// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.List;
import java.util.Map;

/**
 * How a broker is started. In commands and environment DATA stands for its folder, PORT for the port of its clients, and PORT2 and PORT3 for others that are
 * free, all of 127.0.0.1.
 *
 * @param name of the process
 * @param version for the page
 * @param settings in a sentence, for the page
 * @param scheme of its clients' URL
 * @param files to write into its folder, by name
 * @param before commands that have to end well before it is started
 * @param beside commands that run as long as it does
 * @param command the broker's own
 * @param environment added to that of all these
 * @param announces how the line on standard output begins that says that it is ready; empty if it is ready when its port takes connections
 * @param isJava whether the command starts a JVM, whose collections can be watched
 */
record Broker(
        String name,
        String version,
        String settings,
        String scheme,
        Map<String, String> files,
        List<List<String>> before,
        List<List<String>> beside,
        List<String> command,
        Map<String, String> environment,
        String announces,
        boolean isJava) {

    static Broker java(
            String name, String version, String settings, String scheme, List<String> command, String announces) {
        return new Broker(
                name, version, settings, scheme, Map.of(), List.of(), List.of(), command, Map.of(), announces, true);
    }
}
