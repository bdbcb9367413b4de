// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** The records of the server: what is in the log, byte by byte. Nothing here has state or behaviour. */
package io.quoin.server.model;
