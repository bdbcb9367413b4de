// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Proxies between an application and the client's objects. */
package io.quoin.it.interop.observe;
