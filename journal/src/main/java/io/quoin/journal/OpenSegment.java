// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/**
 * The segment in which the log goes on.
 *
 * @param files has its file open
 * @param start position of the first byte to append
 * @param previousCrc checksum of the header of the last frame
 */
record OpenSegment(SegmentFiles files, Spares spares, SegmentHeader header, long start, int previousCrc) {}
