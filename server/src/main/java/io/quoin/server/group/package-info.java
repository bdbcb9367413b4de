// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * One group of replicas at run time: the owner that drives core, journal and connections in one duty cycle. All of it is
 * confined to the owner's thread. It depends on core, journal and protocol, and knows no socket.
 */
package io.quoin.server.group;
