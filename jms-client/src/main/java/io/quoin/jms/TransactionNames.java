// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.protocol.codec.Xid;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Names the transactions of a session for {@code JMSXProducerTXID} and {@code JMSXConsumerTXID}, where the connection wants
 * that. No two transactions have the same name; that of a branch is its xid.
 *
 * <p>Thread: any.
 */
final class TransactionNames {

    private final boolean wanted;
    private final String prefix;
    /** How many local transactions have ended. */
    private final AtomicLong ended = new AtomicLong();

    TransactionNames(boolean wanted, UUID connectionId, int session) {
        this.wanted = wanted;
        this.prefix = hex(connectionId.getMostSignificantBits()) + hex(connectionId.getLeastSignificantBits()) + "-"
                + session + "-";
    }

    private static String hex(long bits) {
        return HexFormat.of().toHexDigits(bits);
    }

    /** The name of the local transaction that is open, or null if nobody wants to know. */
    @Nullable
    String local() {
        return wanted ? prefix + (ended.get() + 1) : null;
    }

    /** The name of a branch, or null if nobody wants to know. */
    @Nullable
    String branch(Xid xid) {
        HexFormat hex = HexFormat.of();
        return wanted
                ? Integer.toHexString(xid.formatId()) + ":"
                        + hex.formatHex(xid.globalId().toByteArray()) + ":"
                        + hex.formatHex(xid.branchId().toByteArray())
                : null;
    }

    /** A local transaction was committed or rolled back. */
    void ended() {
        ended.incrementAndGet();
    }
}
