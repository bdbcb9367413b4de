// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.protocol.uri.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The servers that a connection may use, and which of them it was at last: that one is asked first, since only it may know
 * the connection still.
 *
 * <p>Thread: confined to the one that connects, but for {@link #toString}.
 */
final class ServerList {

    private final List<Endpoint> servers;
    private int current;

    ServerList(List<Endpoint> servers) {
        this.servers = List.copyOf(servers);
    }

    /** The same in an order of chance. */
    static ServerList shuffled(List<Endpoint> servers, Random random) {
        List<Endpoint> shuffled = new ArrayList<>(servers);
        Collections.shuffle(shuffled, random);
        return new ServerList(shuffled);
    }

    /** All of them, in the order in which they are to be tried. */
    List<Endpoint> round() {
        List<Endpoint> round = new ArrayList<>(servers);
        Collections.rotate(round, -current);
        return round;
    }

    /** The connection is one to that server now. */
    void connected(Endpoint to) {
        current = servers.indexOf(to);
    }

    @Override
    public String toString() {
        return servers.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }
}
