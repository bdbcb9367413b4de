// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Queues and topics as administered objects. */
@NullMarked
package io.quoin.ra.destination;

import org.jspecify.annotations.NullMarked;
