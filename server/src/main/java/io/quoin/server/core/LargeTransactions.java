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
 */
public record LargeTransactions(int bytes, int messages, int step) {

    public static final LargeTransactions DEFAULT = new LargeTransactions(1 << 20, 2_000, 500);
}
