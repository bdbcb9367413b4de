// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** How a user proves who it is without showing its password: SCRAM-SHA-256 (RFC 5802, RFC 7677), both ends of it. */
@NullMarked
package io.quoin.protocol.auth;

import org.jspecify.annotations.NullMarked;
