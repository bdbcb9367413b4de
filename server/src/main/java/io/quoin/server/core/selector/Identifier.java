// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A name in a selector: a header field or a property. Immutable; the name is encoded once, so that looking it up in a message compares bytes.
 *
 * <p>Names are case-sensitive. Which header it is, if any, is decided when the selector is created.
 */
public final class Identifier {
    private final String text;
    private final byte[] utf8;
    private final @Nullable HeaderField header;

    Identifier(String text) {
        this.text = text;
        this.utf8 = text.getBytes(StandardCharsets.UTF_8);
        this.header = HeaderField.named(text);
    }

    public String text() {
        return text;
    }

    /** The header field that it names, or null for a property. */
    public @Nullable HeaderField header() {
        return header;
    }

    /** Whether these bytes, from an absolute index on, are this name in UTF-8. */
    public boolean isAt(ByteBuffer bytes, int offset, int length) {
        if (length != utf8.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(offset + i) != utf8[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Identifier identifier && text.equals(identifier.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
