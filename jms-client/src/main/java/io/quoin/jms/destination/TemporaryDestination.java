// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A temporary queue or topic. */
public sealed interface TemporaryDestination permits QuoinTemporaryQueue, QuoinTemporaryTopic {

    /** The connection that created it, or null if that is another one or another process. */
    @Nullable
    TemporaryOwner owner();

    /** The name of the n-th temporary destination of a connection. */
    static String name(UUID connectionId, long n) {
        return prefix(connectionId) + n;
    }

    /** Whether the connection of that id created the destination of that name. */
    static boolean isOwnedBy(UUID connectionId, QuoinDestination destination) {
        return destination.name().startsWith(prefix(connectionId));
    }

    private static String prefix(UUID connectionId) {
        return QuoinDestination.TEMPORARY_PREFIX
                + hex(connectionId.getMostSignificantBits())
                + hex(connectionId.getLeastSignificantBits())
                + ".";
    }

    private static String hex(long bits) {
        return HexFormat.of().toHexDigits(bits);
    }

    /** Deletes a destination through its owner. */
    static void delete(QuoinDestination destination, @Nullable TemporaryOwner owner) throws JMSException {
        if (owner == null) {
            throw JmsErrors.of(
                    ErrorCode.TEMPORARY_NOT_OWNED,
                    destination + " can only be deleted by the connection that created it");
        }
        owner.deleteTemporary(destination);
    }
}
