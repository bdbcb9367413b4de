// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.codec.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A name in a selector: a header field or a property. Immutable; the name is encoded once, so that looking it up in a message compares bytes.
 *
 * <p>Names are case-sensitive. Which header it is, if any, is decided when the selector is created.
 */
public final class Identifier {
    /** The one property that the server counts, and that changes. */
    static final String DELIVERY_COUNT = "JMSXDeliveryCount";

    private final String text;
    private final byte[] utf8;
    private final @Nullable HeaderField header;
    private final boolean isDeliveryCount;
    private final boolean isServers;

    Identifier(String text) {
        this.text = text;
        this.utf8 = Utf8.bytes(text);
        this.header = HeaderField.named(text);
        this.isDeliveryCount = text.equals(DELIVERY_COUNT);
        this.isServers = text.startsWith("JMS");
    }

    public String text() {
        return text;
    }

    /** The header field that it names, or null for a property. */
    public @Nullable HeaderField header() {
        return header;
    }

    /** Whether it is JMSXDeliveryCount. */
    boolean isDeliveryCount() {
        return isDeliveryCount;
    }

    /** Whether the server may have added a property of that name, which outranks the sender's. */
    boolean isServers() {
        return isServers;
    }

    /** The name as messages have it. Not to be changed. */
    byte[] utf8() {
        return utf8;
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
