// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Application servers in processes of their own, started and ended by the tests that use them. */
package io.quoin.it.ee.server;
