// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The tables of the wire protocol as data: frame types, states, permissions, errors, limits. Everything here is immutable.
 * The other packages of this module depend on this one, and it on none of them.
 */
@NullMarked
package io.quoin.protocol;

import org.jspecify.annotations.NullMarked;
