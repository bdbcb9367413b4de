// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Puts a server together, starts and stops it, and says how a process ends. The only place that knows all the others. */
package io.quoin.server.boot;
