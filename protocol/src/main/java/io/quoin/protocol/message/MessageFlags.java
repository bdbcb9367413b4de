// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

/** Bits of the flags byte of a message. */
public final class MessageFlags {

    public static final int PERSISTENT = 1;
    /** It has the property JMSXGroupID. */
    public static final int GROUPED = 2;
    /** The application needs no message id. */
    public static final int ID_DISABLED = 4;
    /** The application needs no timestamp. */
    public static final int TIMESTAMP_DISABLED = 8;
    /** The correlation id was set as bytes. */
    public static final int CORRELATION_BYTES = 16;
    /** The body is a text that is null. */
    public static final int NULL_TEXT = 32;

    static final int ALL = 63;

    private MessageFlags() {}
}
