// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;

/**
 * A conjunct {@code identifier = literal} of a selector: no message matches the selector for which it does not hold. An index by these values can find candidates.
 *
 * @param identifier the property or header
 * @param value a String, a Long (exact), a Double (approximate) or a Boolean
 */
public record EqualityTerm(Identifier identifier, Object value) {

    /** What {@link PropertyValues#hash} gives for every message for which the term holds; not 0. */
    public int valueHash() {
        Value register = new Value();
        if (value instanceof String string) {
            byte[] utf8 = Utf8.bytes(string);
            register.setString(ByteBuffer.wrap(utf8), 0, utf8.length);
        } else if (value instanceof Long exact) {
            register.setExact(exact);
        } else if (value instanceof Double approximate) {
            register.setApproximate(approximate);
        } else {
            register.setBoolean((Boolean) value);
        }
        return register.hash();
    }
}
