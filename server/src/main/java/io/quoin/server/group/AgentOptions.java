// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What the owner can be told.
 *
 * @param version of the server, shown to clients
 * @param clusterId of the data, shown to clients: equal for all servers of a cluster
 * @param sessionTimeoutMs the longest silence that a client may ask for
 * @param snapshotEveryBytes a snapshot is begun after so many bytes of log
 * @param random for secrets
 */
public record AgentOptions(
        String version, UUID clusterId, int sessionTimeoutMs, long snapshotEveryBytes, RandomGenerator random) {

    /** With the system's source of randomness. */
    public AgentOptions(String version, UUID clusterId, int sessionTimeoutMs, long snapshotEveryBytes) {
        this(version, clusterId, sessionTimeoutMs, snapshotEveryBytes, new SecureRandom());
    }
}
