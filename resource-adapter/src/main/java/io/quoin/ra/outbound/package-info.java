// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Connections that an application server pools, and the handles that applications see (Jakarta Connectors 2.1 §6 to §9). */
@NullMarked
package io.quoin.ra.outbound;

import org.jspecify.annotations.NullMarked;
