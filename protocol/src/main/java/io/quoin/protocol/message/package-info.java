// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The message: encoded once by the producing client, read in place by everybody else, changed by nobody. Writers and views
 * belong to one thread at a time and are used again for the next message.
 */
@NullMarked
package io.quoin.protocol.message;

import org.jspecify.annotations.NullMarked;
