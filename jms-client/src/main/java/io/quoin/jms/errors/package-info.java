// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The one place where errors become JMS exceptions. No state. */
@NullMarked
package io.quoin.jms.errors;

import org.jspecify.annotations.NullMarked;
