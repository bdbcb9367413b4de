// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The Jakarta Connectors resource adapter. */
package io.quoin.ra;
