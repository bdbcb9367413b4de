// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The short names that a client has given to destinations. */
final class Aliases {

    private final Wire wire;
    private final Map<Destinations.Named, Integer> aliases = new LinkedHashMap<>();

    Aliases(Wire wire) {
        this.wire = wire;
    }

    int of(Destinations.Named named) {
        Integer known = aliases.get(named);
        if (known != null) {
            return known;
        }
        int alias = wire.number();
        aliases.put(named, alias);
        bind(named, alias);
        return alias;
    }

    /** Tells a server that knows nothing of them. */
    void bindAgain() {
        aliases.forEach(this::bind);
    }

    void forget() {
        aliases.clear();
    }

    private void bind(Destinations.Named named, int alias) {
        wire.write(0, new Frame.Destination(alias, named.kind(), named.name(), named.options()));
    }

    /** A queue that dies with the connection of that id. */
    Destinations.Named newTemporary(UUID connection) {
        String hex = connection.toString().replace("-", "");
        return Destinations.Named.plain(DestinationKind.TEMPORARY_QUEUE, "$quoin.temp." + hex + "." + wire.number());
    }

    boolean isMine(Destinations.Named temporary) {
        return aliases.containsKey(temporary);
    }
}
