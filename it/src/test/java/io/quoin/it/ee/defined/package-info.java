// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** An application that defines its connection factory and its queue itself. */
package io.quoin.it.ee.defined;
