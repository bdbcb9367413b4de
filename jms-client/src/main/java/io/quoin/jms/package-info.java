// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The Jakarta Messaging API over Quoin's protocol. */
package io.quoin.jms;
