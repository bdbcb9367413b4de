// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The command line. One class for each command; what they share is here too. Standard output carries what was asked for
 * and nothing else. It depends on server and client, and nothing depends on it.
 */
package io.quoin.cli;
