// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** How a connection shows who it is, and what becomes of those who try passwords. */
@NullMarked
package io.quoin.server.auth;

import org.jspecify.annotations.NullMarked;
