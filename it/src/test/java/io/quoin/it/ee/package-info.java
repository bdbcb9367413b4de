// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The resource adapter in real application servers, against a real Quoin server. */
package io.quoin.it.ee;
