// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * What the promises of the product come to, frame by frame: a model of messages, places, sessions and transactions that
 * follows what passes the server's end of its links, and says so when the server breaks a promise.
 */
package io.quoin.it.sim.model;
