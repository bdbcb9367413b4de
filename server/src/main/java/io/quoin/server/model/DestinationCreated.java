// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ProtocolException;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#DESTINATION_CREATED}.
 *
 * <pre>
 *  0  4  number
 *  4  1  kind       as on the wire
 *  5  3  reserved   0
 *  8     name       string
 *        options    string: every option with its value, {@code a=b&c=d}
 * </pre>
 *
 * @param number positive and never used again; negative for a temporary destination, whose record is not in the log
 */
public record DestinationCreated(int number, DestinationKind kind, String name, String options) {

    public void put(ByteBuffer to) {
        to.putInt(number).putInt(kind.code() << 24);
        Strings.put(to, name);
        Strings.put(to, options);
    }

    public static DestinationCreated read(RecordView r) {
        return read(Fields.of(r));
    }

    /** Reads the fields from the buffer's position. */
    public static DestinationCreated read(ByteBuffer fields) {
        int number = fields.getInt();
        DestinationKind kind = kind(fields.getInt() >>> 24);
        return new DestinationCreated(number, kind, Strings.get(fields), Strings.get(fields));
    }

    private static DestinationKind kind(int code) {
        try {
            return DestinationKind.of(code);
        } catch (ProtocolException e) {
            throw new IllegalStateException("a record names a destination kind that does not exist", e);
        }
    }
}
