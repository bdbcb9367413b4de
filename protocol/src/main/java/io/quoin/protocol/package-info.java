// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Wire frames and the message layout, shared by client, server and tools. */
package io.quoin.protocol;
