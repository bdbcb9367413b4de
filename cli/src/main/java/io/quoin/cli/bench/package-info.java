// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Measures a Jakarta Messaging provider, Quoin or another, through nothing but {@code jakarta.jms}. Each producer and
 * consumer has a thread and a session of its own.
 */
package io.quoin.cli.bench;
