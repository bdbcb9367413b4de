// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.journal.JournalException;
import io.quoin.journal.JournalOptions;
import io.quoin.journal.Recovery;
import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.SimDisk;
import io.quoin.server.core.BrokerOptions;
import io.quoin.server.group.BrokerStart;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A second copy of the server's state that is only ever told what the disk holds, and is never asked to decide anything. */
final class Copies {

    private static final String SNAPSHOTS = "snapshots";

    private Copies() {}

    /** What the newest snapshot and the records after it come to; if {@code withoutSnapshots}, all records from the first. */
    static long digest(SimDisk disk, boolean withoutSnapshots, Clock clock, JournalOptions options)
            throws JournalException, IOException {
        SimDisk copy = disk.afterPowerCut(SimDisk.PowerCut.LOSE, 0);
        if (withoutSnapshots) {
            for (String name : List.copyOf(copy.list(SNAPSHOTS))) {
                copy.delete(SNAPSHOTS + "/" + name);
            }
            copy.forceDirectory(SNAPSHOTS);
        }
        try (Recovery recovery = Recovery.begin(copy, clock, options)) {
            return new BrokerStart(clock, recovery, BrokerOptions.DEFAULT).digest();
        }
    }

    /** Whether every segment of the log is there, from the first on. */
    static boolean isComplete(SimDisk disk) {
        List<String> segments =
                disk.list("journal").stream().filter(n -> n.startsWith("seg-")).toList();
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).equals(String.format(Locale.ROOT, "seg-%016x.qj", i + 1))) {
                return false;
            }
        }
        return true;
    }
}
