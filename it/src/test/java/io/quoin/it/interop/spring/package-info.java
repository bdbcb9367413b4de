// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Spring's templates, listener containers and transaction manager. */
package io.quoin.it.interop.spring;
