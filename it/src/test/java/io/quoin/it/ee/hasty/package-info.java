// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** An application whose deployment fails without its Quoin server. */
package io.quoin.it.ee.hasty;
