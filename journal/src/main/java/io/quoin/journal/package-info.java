// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The log: positions and bytes made durable, in one order. */
package io.quoin.journal;
