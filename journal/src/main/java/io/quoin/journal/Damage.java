// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/**
 * One damaged place.
 *
 * @param kind what is damaged
 * @param position where in the log it begins; 0 for what is not in the log
 * @param lengthBytes how much of the log it takes up; 0 where unknown
 * @param text one sentence for a person
 */
public record Damage(Kind kind, long position, long lengthBytes, String text) {

    /** What is damaged, and so what is lost. */
    public enum Kind {
        /** One bit of a frame's or segment's header; it was put right from its checksum, and nothing is lost. */
        HEALED(false),
        /** The payload of one record; the record itself is sound. */
        PAYLOAD(false),
        /** One record, which was left out. */
        RECORD(true),
        /** A stretch of the log in which no frame can be made out; what it held was left out. */
        REGION(true),
        /** A whole segment is missing. */
        SEGMENT(true),
        /** A snapshot, in place of which an older one and a longer part of the log were used. */
        SNAPSHOT(false),
        /** One of the two copies of the super block; the other was used. */
        SUPER(false);

        private final boolean losesRecords;

        Kind(boolean losesRecords) {
            this.losesRecords = losesRecords;
        }

        /** Whether records may be missing because of it. */
        public boolean losesRecords() {
            return losesRecords;
        }
    }
}
