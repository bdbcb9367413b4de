// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Who gets which message: subscriptions, wildcards, exclusive consumers, priority and recall, against a server process. */
@NullMarked
package io.quoin.it.subscription;

import org.jspecify.annotations.NullMarked;
