// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Effects that happen exactly once, whoever is killed. */
@NullMarked
package io.quoin.it.exactlyonce;

import org.jspecify.annotations.NullMarked;
