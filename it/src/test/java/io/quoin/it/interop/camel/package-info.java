// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Camel's JMS component. */
package io.quoin.it.interop.camel;
