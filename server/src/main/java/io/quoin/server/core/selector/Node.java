// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

/** A part of a selector: a value or a condition. */
sealed interface Node permits Operand, Condition {}
