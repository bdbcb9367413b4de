// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.FieldReader;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a stream message: values until the end; see {@link WireValue}. */
public final class WireStream {

    private WireStream() {}

    /** Appends a body. */
    public static void write(WireBuffer out, List<? extends @Nullable Object> values) {
        for (Object value : values) {
            WireValue.write(out, value);
        }
    }

    /**
     * Reads what is between position and limit of {@code body}.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_MESSAGE} if it is not a stream
     */
    public static List<@Nullable Object> read(ByteBuffer body) throws ProtocolException {
        FieldReader in =
                new FieldReader(ErrorCode.BAD_MESSAGE).wrap("a stream body", body, body.position(), body.limit());
        List<@Nullable Object> values = new ArrayList<>();
        while (in.remaining() > 0) {
            values.add(WireValue.read(in));
        }
        return values;
    }
}
