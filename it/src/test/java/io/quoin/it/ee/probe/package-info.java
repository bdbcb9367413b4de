// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** What an application may and may not do with the resource adapter's connections, tried inside the application servers. */
package io.quoin.it.ee.probe;
