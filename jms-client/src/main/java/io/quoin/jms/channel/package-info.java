// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The contract between the JMS objects above and the wire below, in terms of sessions, consumers and messages as bytes.
 * Everything is asynchronous; who wants to wait, waits on what is returned.
 */
@NullMarked
package io.quoin.jms.channel;

import org.jspecify.annotations.NullMarked;
