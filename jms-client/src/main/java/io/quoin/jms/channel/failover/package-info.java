// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The channel that lasts while links come and go: which server to try next and when, what waits meanwhile, and what is
 * written again.
 */
@NullMarked
package io.quoin.jms.channel.failover;

import org.jspecify.annotations.NullMarked;
