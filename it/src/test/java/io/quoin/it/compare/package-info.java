// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Quoin and its peers doing the same work on this machine, in blocks that alternate, with the floor between them.
 *
 * <p>It needs the JDK only: brokers, clients and floor are processes of their own. {@link io.quoin.it.compare.Compare} is the way in, it/compare.sh
 * starts it, docs/benchmarks.md says how to use it.
 */
package io.quoin.it.compare;
