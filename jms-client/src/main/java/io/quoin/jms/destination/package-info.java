// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Queues and topics as values: a kind and a name. Immutable, except for what a temporary destination's owner knows. */
@NullMarked
package io.quoin.jms.destination;

import org.jspecify.annotations.NullMarked;
