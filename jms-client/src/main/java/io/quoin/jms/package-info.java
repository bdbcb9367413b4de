// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The Jakarta Messaging API over Quoin's protocol: connection factories, connections, sessions, producers and consumers.
 * These objects check state and arguments and keep what the API has them keep; the wire is below, in
 * {@link io.quoin.jms.channel}.
 */
@NullMarked
package io.quoin.jms;

import org.jspecify.annotations.NullMarked;
