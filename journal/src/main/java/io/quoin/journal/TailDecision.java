// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/**
 * What to do at a place in the log where a frame should begin or go on and no sound one does. The decision table:
 *
 * <pre>
 *  below durable | remains of this generation | decision
 *  yes           | any                        | CORRUPT  something that was synced is not there any more
 *  no            | no                         | END      nothing was ever written here
 *  no            | yes                        | TORN     the last write was cut short; nobody was promised it
 * </pre>
 *
 * <p>"Below durable": somebody, be it any sound frame, either super block, a snapshot or a later segment, says that the log was
 * synced beyond this place. Sound frames after it that say no such thing prove nothing: the pages of one write reach the disk in any order.
 */
enum TailDecision {
    END,
    TORN,
    CORRUPT;

    static TailDecision of(boolean belowDurable, boolean remains) {
        if (belowDurable) {
            return CORRUPT;
        }
        return remains ? TORN : END;
    }
}
