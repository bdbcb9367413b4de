// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.util.Map;

/** A message made of a map, for tests. */
record MapInput(Map<String, Object> values) implements SelectorInput {
    @Override
    public void lookup(Identifier identifier, Value into) {
        Object value = values.get(identifier.text());
        if (value == null) {
            into.setNull();
        } else if (value instanceof Boolean bool) {
            into.setBoolean(bool);
        } else if (value instanceof Float || value instanceof Double) {
            into.setApproximate(((Number) value).doubleValue());
        } else if (value instanceof Number number) {
            into.setExact(number.longValue());
        } else {
            // Not at the start of its buffer, as in a message.
            byte[] utf8 = Utf8.bytes("<<" + value + ">");
            into.setString(ByteBuffer.wrap(utf8), 2, utf8.length - 3);
        }
    }
}
