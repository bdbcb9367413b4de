// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** What both directions share: which server, as whom, and what the application server offers. */
@NullMarked
package io.quoin.ra.config;

import org.jspecify.annotations.NullMarked;
