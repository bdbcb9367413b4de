// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

/**
 * From when on the work of a transaction is logged as it comes, instead of being kept in memory until it is committed as one
 * batch, and in what steps such a transaction takes effect.
 *
 * @param bytes of messages that are kept at most
 * @param messages sent and acknowledged that are kept at most
 * @param step messages that one step covers: it takes some tenths of a millisecond
 * @param keptBytes memory that all transactions together may take for what they keep; beyond it also small ones are logged as
 *     they come, and what no log keeps is refused
 */
public record LargeTransactions(int bytes, int messages, int step, long keptBytes) {

    public static final LargeTransactions DEFAULT = new LargeTransactions(1 << 20, 2_000, 500, 64 << 20);

    /** The same with at most so much memory for all transactions together. */
    public LargeTransactions withKeptBytesUpTo(long limit) {
        return new LargeTransactions(bytes, messages, step, Math.min(keptBytes, limit));
    }
}
