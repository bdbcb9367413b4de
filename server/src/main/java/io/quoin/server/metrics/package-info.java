// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** What the server counts, as Prometheus text. Confined to the owner's thread. */
package io.quoin.server.metrics;
