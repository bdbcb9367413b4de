// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.DestinationOptions;

/**
 * What the broker can be told at start.
 *
 * @param autoCreate whether queues and topics are created by their first use
 * @param graceMs how long a lost connection may come back and go on
 * @param restartGraceMs the same after an unclean stop of the server, during which nobody else gets what it may hold; 0 if
 *     nobody is waited for
 * @param producerMemoryMs how long a lost connection's sends are recognised if they come again
 * @param producersMax lost connections that are remembered at most; the oldest are forgotten first
 * @param transactionBytesMax bytes that a transaction may send
 * @param transactionMessagesMax sends and acknowledgements that a transaction may hold
 * @param branchTimeoutMs how long a branch of a distributed transaction may take to be prepared, unless its transaction
 *     manager says otherwise
 * @param volatileBytesMax memory for non-persistent messages, beyond which their sends are refused
 * @param sendWindowBytes what a connection may send to a destination ahead of the server's word
 * @param largeTransactions from when on a transaction is logged as its work comes
 * @param destinationDefaults options of destinations that do not say otherwise
 */
public record BrokerOptions(
        boolean autoCreate,
        long graceMs,
        long restartGraceMs,
        long producerMemoryMs,
        int producersMax,
        long transactionBytesMax,
        int transactionMessagesMax,
        long branchTimeoutMs,
        long volatileBytesMax,
        long sendWindowBytes,
        LargeTransactions largeTransactions,
        DestinationOptions destinationDefaults) {

    public static final BrokerOptions DEFAULT = new BrokerOptions(
            true,
            500,
            0,
            600_000,
            100_000,
            1L << 30,
            1_000_000,
            300_000,
            256L << 20,
            16L << 20,
            LargeTransactions.DEFAULT,
            DestinationOptions.DEFAULT);

    public BrokerOptions withAutoCreate(boolean newAutoCreate) {
        return new BrokerOptions(
                newAutoCreate,
                graceMs,
                restartGraceMs,
                producerMemoryMs,
                producersMax,
                transactionBytesMax,
                transactionMessagesMax,
                branchTimeoutMs,
                volatileBytesMax,
                sendWindowBytes,
                largeTransactions,
                destinationDefaults);
    }

    public BrokerOptions withTransactionBytesMax(long newMax) {
        return new BrokerOptions(
                autoCreate,
                graceMs,
                restartGraceMs,
                producerMemoryMs,
                producersMax,
                newMax,
                transactionMessagesMax,
                branchTimeoutMs,
                volatileBytesMax,
                sendWindowBytes,
                largeTransactions,
                destinationDefaults);
    }

    public BrokerOptions withLargeTransactions(LargeTransactions newLarge) {
        return new BrokerOptions(
                autoCreate,
                graceMs,
                restartGraceMs,
                producerMemoryMs,
                producersMax,
                transactionBytesMax,
                transactionMessagesMax,
                branchTimeoutMs,
                volatileBytesMax,
                sendWindowBytes,
                newLarge,
                destinationDefaults);
    }

    public BrokerOptions withRestartGraceMs(long newRestartGraceMs) {
        return new BrokerOptions(
                autoCreate,
                graceMs,
                newRestartGraceMs,
                producerMemoryMs,
                producersMax,
                transactionBytesMax,
                transactionMessagesMax,
                branchTimeoutMs,
                volatileBytesMax,
                sendWindowBytes,
                largeTransactions,
                destinationDefaults);
    }
}
