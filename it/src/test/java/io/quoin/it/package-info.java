// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Tests that span modules and processes. */
package io.quoin.it;
