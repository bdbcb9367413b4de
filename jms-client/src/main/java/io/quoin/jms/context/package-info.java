// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** What contexts have in common, whose sessions are the client's own or an application server's. No state but theirs. */
@NullMarked
package io.quoin.jms.context;

import org.jspecify.annotations.NullMarked;
