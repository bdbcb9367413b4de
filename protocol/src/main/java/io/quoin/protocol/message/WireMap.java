// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.FieldReader;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a map message: {@code count u32}, then as often {@code name string, value}; see {@link WireValue}. */
public final class WireMap {

    private WireMap() {}

    /** Appends a body. */
    public static void write(WireBuffer out, Map<String, ? extends @Nullable Object> map) {
        out.i32(map.size());
        for (Map.Entry<String, ? extends @Nullable Object> entry : map.entrySet()) {
            out.string(entry.getKey());
            WireValue.write(out, entry.getValue());
        }
    }

    /**
     * Reads what is between position and limit of {@code body}, in the order in which it was written.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_MESSAGE} if it is not a map
     */
    public static Map<String, @Nullable Object> read(ByteBuffer body) throws ProtocolException {
        FieldReader in = new FieldReader(ErrorCode.BAD_MESSAGE).wrap("a map body", body, body.position(), body.limit());
        long count = in.u32();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String name = in.requiredString();
            map.put(name, WireValue.read(in));
        }
        in.checkEnd();
        return map;
    }
}
