// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Look-ups by name in the simplest form: everything comes from properties, nothing from a network. */
@NullMarked
package io.quoin.jms.jndi;

import org.jspecify.annotations.NullMarked;
