// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** An application that tests deploy and drive over HTTP while they kill, restart and redeploy what it stands on. */
package io.quoin.it.ee.app;
