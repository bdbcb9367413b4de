// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Lets Arquillian deploy to the application servers of {@link io.quoin.it.ee.server}. */
package io.quoin.it.ee.arquillian;
