// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import io.quoin.protocol.message.MessageView;

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
     * @return 0 if there is no such property or header
     */
    public int hash(MessageView message, Identifier identifier) {
        input.wrap(message, 1).lookup(identifier, value);
        return value.hash();
    }
}
