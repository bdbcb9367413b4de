// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.DestinationKind;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.DestinationOptions;
import org.jspecify.annotations.Nullable;

/** A queue, temporary or not. */
final class Queue extends Source implements Destination {

    private final DestinationCreated created;
    private final DestinationOptions options;
    private @Nullable ClientConnection owner;

    Queue(DestinationCreated created, DestinationOptions options, MessageQueue messages) {
        super(created.number(), messages);
        this.created = created;
        this.options = options;
    }

    @Override
    public String name() {
        return created.name();
    }

    @Override
    public DestinationKind kind() {
        return created.kind();
    }

    @Override
    public DestinationOptions options() {
        return options;
    }

    @Override
    public @Nullable ClientConnection owner() {
        return owner;
    }

    @Override
    public void owner(ClientConnection connection) {
        owner = connection;
    }

    @Override
    String destinationName() {
        return created.name();
    }

    @Override
    String description() {
        return (kind().isTemporary() ? "Temporary queue " : "Queue ") + name();
    }
}
