// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Local transactions against a real server. */
package io.quoin.it.transaction;
