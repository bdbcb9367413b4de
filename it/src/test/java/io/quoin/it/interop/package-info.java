// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/** Frameworks and pools that nobody here wrote, used as their users use them, against a server process. */
package io.quoin.it.interop;
