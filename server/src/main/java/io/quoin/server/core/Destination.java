// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.DestinationKind;
import io.quoin.server.model.DestinationOptions;
import org.jspecify.annotations.Nullable;

/** What messages are sent to. */
sealed interface Destination permits Queue, Topic {

    /** The number in records: positive for durable state, negative for temporary destinations. */
    int number();

    String name();

    DestinationKind kind();

    DestinationOptions options();

    /** Whose it is, if it is temporary; null otherwise. */
    @Nullable
    ClientConnection owner();

    void owner(ClientConnection connection);

    /** Whether it has been deleted. */
    boolean isGone();

    /** Whether it survives a restart. */
    boolean isDurable();
}
