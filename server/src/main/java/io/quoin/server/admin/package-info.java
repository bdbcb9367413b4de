// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Administration: verbs answered as JSON, and the HTTP port. Confined to the owner's thread. */
package io.quoin.server.admin;
