// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** The family of an {@link ErrorCode}, which tells the client the {@code JMSException} to throw. */
public enum ErrorKind {
    /** {@code JMSException} itself. */
    GENERAL,
    ILLEGAL_STATE,
    INVALID_DESTINATION,
    INVALID_SELECTOR,
    INVALID_CLIENT_ID,
    SECURITY,
    /** {@code ResourceAllocationException}. */
    RESOURCE,
    TRANSACTION_ROLLED_BACK,
    TRANSACTION_IN_PROGRESS,
    MESSAGE_FORMAT
}
