// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/**
 * A conjunct {@code identifier = literal} of a selector: no message matches the selector for which it does not hold. An index by these values can find candidates.
 *
 * @param identifier the property or header
 * @param value a String, a Long (exact) or a Double (approximate)
 */
public record EqualityTerm(Identifier identifier, Object value) {}
