// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.codec.Utf8;

/**
 * Where the fields of a message lie, from its first byte.
 *
 * <pre>
 *   0   4  crc           CRC32C over bytes 4 .. length
 *   4   4  length        of the whole message
 *   8   1  layout        1
 *   9   1  bodyType
 *  10   1  flags
 *  11   1  priority
 *  12   4  groupHash
 *  16  16  connectionId
 *  32   8  sequence
 *  40   8  timestamp
 *  48   8  expiration
 *  56   8  deliveryTime
 *  64   4  propertiesAt
 *  68   4  bodyAt
 *  72      headers, properties, body
 * </pre>
 */
final class MessageLayout {

    static final int VERSION = 1;

    static final int LENGTH = 4;
    static final int LAYOUT = 8;
    static final int BODY_TYPE = 9;
    static final int FLAGS = 10;
    static final int PRIORITY = 11;
    static final int GROUP_HASH = 12;
    static final int CONNECTION_HIGH = 16;
    static final int CONNECTION_LOW = 24;
    static final int SEQUENCE = 32;
    static final int TIMESTAMP = 40;
    static final int EXPIRATION = 48;
    static final int DELIVERY_TIME = 56;
    static final int PROPERTIES_AT = 64;
    static final int BODY_AT = 68;
    static final int HEADERS = 72;

    /** Destination and reply destination with empty or no names, no correlation id, no type, no properties, no body. */
    static final int MIN_BYTES = HEADERS + 3 + 3 + 2 + 2 + 2;

    /** A string or bytes that are not there. */
    static final int NONE = 0xFFFF;

    /** The kind of a reply destination that is not there. */
    static final int NO_KIND = 255;

    static final int MAX_PRIORITY = 9;

    static final String GROUP_ID = "JMSXGroupID";
    static final byte[] GROUP_ID_BYTES = Utf8.bytes(GROUP_ID);

    private MessageLayout() {}
}
