// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.List;

/**
 * What a start found.
 *
 * @param from position from which the log was read; everything before is in the snapshot
 * @param to position after the last record
 * @param durable how far the log is known to have been synced before; what lies between here and {@code to} was written, and
 *     nobody may have been told so
 * @param stoppedCleanly whether the last run was ended in order
 * @param trimmedBytes length, at least, of a last write that was cut short and is not part of the log
 * @param records how many there were of the caller's
 * @param damage what is damaged, in log order; empty in all normal cases
 */
public record RecoveryReport(
        long from,
        long to,
        long durable,
        boolean stoppedCleanly,
        long trimmedBytes,
        long records,
        List<Damage> damage) {

    public RecoveryReport {
        damage = List.copyOf(damage);
    }

    /** Whether records may be missing. */
    public boolean losesRecords() {
        return damage.stream().anyMatch(d -> d.kind().losesRecords());
    }
}
