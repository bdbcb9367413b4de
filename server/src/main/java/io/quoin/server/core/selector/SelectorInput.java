// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/** The message that a selector is evaluated against, as far as a selector sees it. */
public interface SelectorInput {
    /**
     * Puts into the register what the identifier stands for in this message, with the type that it was set with (no conversion, Jakarta Messaging 3.1 §3.8.1.1),
     * or null if there is no such property or header.
     */
    void lookup(Identifier identifier, Value into);
}
