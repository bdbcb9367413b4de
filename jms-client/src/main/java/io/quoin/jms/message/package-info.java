// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The message types, their conversions and the copies of foreign messages. A message is used by one thread at a time, as
 * the specification has it; nothing here waits or does I/O.
 */
@NullMarked
package io.quoin.jms.message;

import org.jspecify.annotations.NullMarked;
