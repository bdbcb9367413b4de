// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.message.MessageView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads properties and headers of messages for an index by value.
 *
 * <p>Thread: confined to one at a time. Allocates nothing.
 */
public final class PropertyValues {
    private final MessageSelectorInput input = new MessageSelectorInput();
    private final Value value = new Value();

    /**
     * A hash of what the identifier stands for in a verified message, such that it is {@link EqualityTerm#valueHash} wherever
     * the term holds.
     *
     * @param annotations what the server has added, from the absolute index {@code annotationsAt}; null for nothing
     * @return 0 if there is no such property or header
     */
    public int hash(MessageView message, @Nullable ByteBuffer annotations, int annotationsAt, Identifier identifier) {
        input.wrap(message, 1, annotations, annotationsAt).lookup(identifier, value);
        return value.hash();
    }
}
