// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The floor: a broker with no features, to put beside every benchmark of the real one.
 *
 * <p>It moves and stores what a broker must (messages in, a synced log, receipts back, messages out, acknowledgements back and into the log) and nothing else: no
 * headers, no checksums, no sessions, no recovery. So it says what sockets, disk and JVM allow on a machine, and how much of that the real one uses. It needs the JDK
 * and HdrHistogram, nothing of Quoin. {@link io.quoin.it.floor.FloorBench} is the way in; docs/benchmarks.md says how to use it.
 */
package io.quoin.it.floor;
