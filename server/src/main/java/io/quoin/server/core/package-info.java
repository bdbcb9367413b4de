// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The broker as a state machine: commands are decided, recorded and applied. Everything here is confined to the owner of
 * the group; there are no threads, no input or output, no clock and no logging.
 */
package io.quoin.server.core;
