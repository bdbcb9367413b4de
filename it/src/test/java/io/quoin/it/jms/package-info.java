// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The client and a server in a process of its own against the words of Jakarta Messaging 3.1. {@code docs/conformance.md} says which
 * test shows which rule.
 */
package io.quoin.it.jms;
