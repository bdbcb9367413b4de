// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Messages for message-driven beans (Jakarta Connectors 2.1 §11 to §13). */
@NullMarked
package io.quoin.ra.inbound;

import org.jspecify.annotations.NullMarked;
