// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * A channel over one TCP or TLS socket: a reader thread, the combining writer with its helper thread, and the shared
 * ticker for heartbeats.
 */
@NullMarked
package io.quoin.jms.channel.socket;

import org.jspecify.annotations.NullMarked;
