// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The Jakarta Connectors resource adapter: what an application server makes of {@code quoin.rar}. */
@NullMarked
package io.quoin.ra;

import org.jspecify.annotations.NullMarked;
