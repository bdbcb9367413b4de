// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Sockets: listeners, TLS, limits on those who have not shown who they are, and the event loop that drives the owner. All
 * of it is confined to the event loop. It depends on group.
 */
package io.quoin.server.transport;
