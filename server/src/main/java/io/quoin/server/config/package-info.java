// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * What a server can be told: every option once, with its unit, default, range and text, and how values are found in
 * quoin.yaml, the environment and on the command line. Immutable; depends on nothing of the server.
 */
package io.quoin.server.config;
