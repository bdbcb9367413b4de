// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Distributed transactions (XA) against a server process. */
package io.quoin.it.xa;
