// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The broker. */
package io.quoin.server;
