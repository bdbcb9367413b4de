// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The rules of distributed transactions (XA) as a table: what each call means in each state. Knows no sessions and no log. */
@NullMarked
package io.quoin.server.core.xa;

import org.jspecify.annotations.NullMarked;
