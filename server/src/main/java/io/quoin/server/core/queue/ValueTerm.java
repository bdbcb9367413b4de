// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * The condition that a property has a certain value.
 *
 * @param property whose value it is
 * @param value what {@link MessageProperty#value} gives for a message that has it; not 0
 */
public record ValueTerm(MessageProperty property, int value) {}
