// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** An application for WildFly, Payara and other Jakarta EE servers that have Quoin's resource adapter. */
package io.quoin.examples.ee;
