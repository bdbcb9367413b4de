// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import io.quoin.journal.disk.FileDisk;
import io.quoin.journal.disk.SystemClock;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures a journal on a real disk and prints what it finds. Not a test: run it by hand,
 * {@code java -cp journal/target/classes:journal/target/test-classes io.quoin.journal.JournalSpeed FOLDER}.
 */
public final class JournalSpeed {
    private static final int RECORD = 1024;
    private static final SystemClock CLOCK = new SystemClock();

    private final Path folder;
    private final ByteBuffer payload = Payloads.of(1, RECORD - 8 - 16 - 8);

    private JournalSpeed(Path folder) {
        this.folder = folder;
    }

    /** Takes the folder to work in, which must not exist. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        if (Files.exists(folder)) {
            throw new IllegalArgumentException(folder + " exists");
        }
        try {
            new JournalSpeed(folder).run();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
            }
        }
    }

    private void run() throws Exception {
        long began = System.nanoTime();
        Journal journal = open();
        print("start of an empty folder", (System.nanoTime() - began) / 1e6, "ms");
        flushes(journal, 500, 1, "first segment, growing: ");
        journal.housekeeper().start(e -> print(e.toString(), 0, ""));
        flushes(journal, 2_000, 1, "while spares are filled: ");
        while (journal.housekeeper().idleNs() > 0 && spares() < 2) {
            flushes(journal, 100, 1, null);
        }
        flushes(journal, 200, 1_000, null); // on to a prepared segment
        flushes(journal, 3_000, 1, "prepared segment: ");
        flushes(journal, 3_000, 16, "prepared segment: ");
        flushes(journal, 300, 1_000, "prepared segment: ");
        appends(journal);
        long position = journal.last().position();
        reads(journal, position);
        journal.close();
        starts("cleanly stopped");
        Journal killed = open();
        flushes(killed, 20_000 / 1_000, 1_000, null);
        killed.abandon();
        starts("killed");
        starts("cleanly stopped");
    }

    private long spares() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            return files.filter(p -> p.getFileName().toString().matches("spare-.*qj"))
                    .count();
        }
    }

    private Journal open() throws Exception {
        try (Recovery recovery = Recovery.begin(new FileDisk(folder), CLOCK, JournalOptions.defaults())) {
            recovery.replay(v -> {});
            return recovery.open();
        }
    }

    private void append(Journal journal) {
        journal.begin(16, 0).putLong(1);
        journal.end(payload);
    }

    private void flushes(Journal journal, int count, int batch, String name) throws JournalException {
        long[] nanos = new long[count];
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < batch; k++) {
                append(journal);
            }
            long from = System.nanoTime();
            journal.flush();
            nanos[i] = System.nanoTime() - from;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (name != null) {
            Arrays.sort(nanos);
            print(name + batch + " x 1 KiB and a sync, p50", nanos[count / 2] / 1e3, "us");
            print(name + batch + " x 1 KiB and a sync, p99", nanos[count * 99 / 100] / 1e3, "us");
            print(name + "records of 1 KiB", count * (double) batch / seconds, "/s");
        }
    }

    private void appends(Journal journal) throws JournalException {
        for (int round = 0; round < 3; round++) {
            long nanos = 0;
            for (int i = 0; i < 100; i++) {
                long from = System.nanoTime();
                for (int k = 0; k < 1_000; k++) {
                    append(journal);
                }
                nanos += System.nanoTime() - from;
                journal.flush();
            }
            print("append of 1 KiB without I/O", nanos / 100_000.0, "ns");
        }
    }

    private void reads(Journal journal, long last) throws JournalException {
        RecordView view = new RecordView();
        RecordReader reader = journal.newReader();
        long segment = last / journal.segmentBytes() * journal.segmentBytes() + 4096 + 64;
        long from = System.nanoTime();
        int count = 0;
        long position = segment;
        while (position < last) {
            try {
                reader.read(position, view);
            } catch (DamagedRecordException e) {
                position += 8; // a frame's header
                continue;
            }
            position = view.endPosition();
            count++;
        }
        print("reading records forward", count / ((System.nanoTime() - from) / 1e9), "/s");
        reader.close();
    }

    private void starts(String how) throws Exception {
        long bytes;
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            bytes = files.filter(p -> p.getFileName().toString().startsWith("seg"))
                    .mapToLong(p -> p.toFile().length())
                    .sum();
        }
        long began = System.nanoTime();
        try (Recovery recovery = Recovery.begin(new FileDisk(folder), CLOCK, JournalOptions.defaults())) {
            RecoveryReport report = recovery.replay(v -> {});
            double seconds = (System.nanoTime() - began) / 1e9;
            print(
                    "reading the log, " + how + ", " + report.records() + " records",
                    bytes / 1048576.0 / seconds,
                    "MiB/s");
            long opened = System.nanoTime();
            recovery.open().close();
            print("opening it, " + how, (System.nanoTime() - opened) / 1e6, "ms");
        }
    }

    private static void print(String what, double value, String unit) {
        System.out.println(String.format(Locale.ROOT, "%-70s %12.1f %s", what, value, unit));
    }
}
