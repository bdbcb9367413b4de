// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Strict delivery: no listener sees a message twice, whoever is killed. */
@NullMarked
package io.quoin.it.strict;

import org.jspecify.annotations.NullMarked;
