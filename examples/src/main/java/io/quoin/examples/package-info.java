// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Runnable programs, each a few dozen lines. */
package io.quoin.examples;
