// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import java.util.concurrent.TimeUnit;

/** Numbers that both ends of a connection rely on; see {@code docs/protocol.md}. */
public final class ProtocolLimits {

    /** The first eight bytes of HELLO: no text, so that a line-ending conversion or another protocol is noticed. */
    public static final long MAGIC = 0x51554F494E0D0A1AL;

    /** The lowest and the highest version that this code speaks. */
    public static final int MIN_VERSION = 1;

    public static final int MAX_VERSION = 1;

    /** Capabilities of this code; the bits in use on a connection are those that both ends have. */
    public static final long CAPABILITIES = 0;

    /** The whole of a frame, its length field included, before the peer has shown who it is: 16 KiB. */
    public static final int UNTRUSTED_FRAME_BYTES = 16 << 10;

    /** The whole of a frame afterwards, unless the server tells another limit: 1 MiB of body and 128 KiB around it. */
    public static final int DEFAULT_FRAME_BYTES = (1 << 20) + (128 << 10);

    /** No server may tell more than this. */
    public static final int MAX_FRAME_BYTES = 16 << 20;

    /** For NEW and AUTH together. */
    public static final long HANDSHAKE_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);

    /** How long a peer may be silent before it is taken for lost, unless the client asks for another time. */
    public static final int DEFAULT_SESSION_TIMEOUT_MS = 35_000;

    public static final int DEFAULT_PORT = 5544;
    public static final int DEFAULT_TLS_PORT = 5545;

    /** The longest string in a frame's or message's header: the length field's 0xFFFF means none. */
    public static final int MAX_STRING_BYTES = 0xFFFE;

    /** The longest name of a destination, in UTF-16 units as {@link String#length} counts. */
    public static final int MAX_NAME_LENGTH = 255;

    /** Of a global transaction id and of a branch qualifier, each (XA, {@code Xid.MAXGTRIDSIZE}). */
    public static final int MAX_XID_PART_BYTES = 64;

    /** The longest text in an ERROR, in UTF-16 units; longer ones are cut. */
    public static final int MAX_ERROR_TEXT_LENGTH = 2_000;

    private ProtocolLimits() {}
}
