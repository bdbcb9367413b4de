// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0
/** Files, directories and time, behind interfaces small enough to simulate: nothing else in the journal touches them. */
package io.quoin.journal.disk;
