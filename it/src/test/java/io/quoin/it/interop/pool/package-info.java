// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The pool that frameworks put over a connection factory. */
package io.quoin.it.interop.pool;
