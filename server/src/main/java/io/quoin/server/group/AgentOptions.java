// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import java.util.UUID;

/**
 * What the owner can be told.
 *
 * @param version of the server, shown to clients
 * @param clusterId of the data, shown to clients: equal for all servers of a cluster
 * @param sessionTimeoutMs the longest silence that a client may ask for
 * @param snapshotEveryBytes a snapshot is begun after so many bytes of log
 */
public record AgentOptions(String version, UUID clusterId, int sessionTimeoutMs, long snapshotEveryBytes) {}
