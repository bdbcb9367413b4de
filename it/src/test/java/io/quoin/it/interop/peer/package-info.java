// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Brokers of another make, measured with our tools. */
package io.quoin.it.interop.peer;
