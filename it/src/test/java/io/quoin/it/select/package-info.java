// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Selectors on long queues, and what long queues do to their neighbours, against a server process. */
package io.quoin.it.select;
