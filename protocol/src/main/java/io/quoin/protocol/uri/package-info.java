// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The URIs by which clients, tools and resource adapters name servers. Everything here is immutable. */
@NullMarked
package io.quoin.protocol.uri;

import org.jspecify.annotations.NullMarked;
