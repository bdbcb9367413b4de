// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.journal.Damage;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalTool;
import io.quoin.journal.RecordView;
import io.quoin.journal.VerifyReport;
import io.quoin.journal.disk.FileDisk;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.admin.JsonWriter;
import io.quoin.server.model.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks into the data of a server that is not running. It holds their lock meanwhile, and changes nothing. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Looks into the data of a stopped server, and changes nothing.",
        subcommands = {JournalCommand.Verify.class, JournalCommand.Dump.class})
final class JournalCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: verify or dump");
    }

    private static JournalTool open(Path folder) throws CliException, IOException {
        if (!Files.isDirectory(folder)) {
            throw new CliException(
                    ErrorCode.NOT_A_DATA_FOLDER,
                    CliException.NOT_FOUND,
                    "There is no folder " + folder.toAbsolutePath().normalize());
        }
        return new JournalTool(new FileDisk(folder));
    }

    private static String typeName(int type) {
        RecordType known = RecordType.find(type);
        return known == null ? "type " + type : known.name();
    }

    /** Checks everything. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Checks every byte and reports damage. Exit code 1 if there is any.")
    static final class Verify implements Callable<Integer> {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "${env:QUOIN_DATA:-data}",
                description = "The data folder (default: QUOIN_DATA, or ./data).")
        private Path data = Path.of("data");

        @Option(names = "--json", description = "Prints JSON.")
        private boolean json;

        @Override
        public Integer call() throws CliException, JournalException, IOException {
            Console console = Console.standard();
            VerifyReport report = open(data)
                    .verify(bytes -> console.progress(String.format(Locale.ROOT, "%,d MiB read", bytes >> 20)));
            console.progressDone();
            if (json) {
                console.line(json(report));
            } else {
                print(console, report);
            }
            console.flush();
            if (!report.isSound()) {
                console.say("quoin: "
                        + ErrorCode.JOURNAL_CORRUPT.message(report.damage().size()
                                + " damaged places were found. "
                                + (report.losesData()
                                        ? "Restore the folder from a backup, or go on without what is lost."
                                        : "Nothing is lost by them.")));
                return ExitCode.SOFTWARE;
            }
            return ExitCode.OK;
        }

        private static void print(Console console, VerifyReport report) throws IOException {
            console.line(String.format(
                    Locale.ROOT,
                    "%d segments, %d records, %d snapshots, stopped %s, durable up to %d, end %d",
                    report.segments().size(),
                    report.records(),
                    report.snapshots().size(),
                    report.stoppedCleanly() ? "cleanly" : "suddenly",
                    report.durable(),
                    report.end()));
            Map<Integer, Long> byType = new TreeMap<>();
            report.segments()
                    .forEach(segment -> segment.recordsByType().forEach((type, n) -> byType.merge(type, n, Long::sum)));
            for (Map.Entry<Integer, Long> type : byType.entrySet()) {
                console.line(String.format(Locale.ROOT, "  %-22s %12d", typeName(type.getKey()), type.getValue()));
            }
            if (report.trimmedBytes() > 0) {
                console.line("the last write was cut short; " + report.trimmedBytes()
                        + " bytes that nobody was told of are left out");
            }
            for (Damage damage : report.damage()) {
                console.line(String.format(
                        Locale.ROOT,
                        "DAMAGED %s %s at position %d, %d bytes: %s",
                        damage.kind(),
                        file(report, damage),
                        damage.position(),
                        damage.lengthBytes(),
                        damage.text()));
            }
            if (report.isSound()) {
                console.line("everything is sound");
            }
        }

        private static String file(VerifyReport report, Damage damage) {
            return damage.position() < report.segmentBytes()
                    ? "outside the log"
                    : String.format(Locale.ROOT, "seg-%016x.qj", damage.position() / report.segmentBytes());
        }

        private static String json(VerifyReport report) {
            JsonWriter json = new JsonWriter().beginObject();
            json.field("sound", report.isSound()).field("losesData", report.losesData());
            json.field("formatVersion", report.formatVersion()).field("segmentBytes", report.segmentBytes());
            json.field("stoppedCleanly", report.stoppedCleanly());
            json.field("durable", report.durable()).field("end", report.end());
            json.field("trimmedBytes", report.trimmedBytes()).field("records", report.records());
            json.name("segments").beginArray();
            for (VerifyReport.Segment segment : report.segments()) {
                json.beginObject().field("number", segment.number()).field("usedBytes", segment.usedBytes());
                json.name("records").beginObject();
                new TreeMap<>(segment.recordsByType()).forEach((type, count) -> json.field(typeName(type), count));
                json.endObject().endObject();
            }
            json.endArray().name("snapshots").beginArray();
            for (VerifyReport.Snapshot snapshot : report.snapshots()) {
                json.beginObject().field("number", snapshot.number()).field("position", snapshot.position());
                json.field("blocks", snapshot.blocks())
                        .field("sound", snapshot.sound())
                        .endObject();
            }
            json.endArray().name("damage").beginArray();
            for (Damage damage : report.damage()) {
                json.beginObject().field("kind", damage.kind().name()).field("file", file(report, damage));
                json.field("position", damage.position()).field("lengthBytes", damage.lengthBytes());
                json.field("text", damage.text()).endObject();
            }
            return json.endArray().endObject().toString();
        }
    }

    /** Prints every record. */
    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = "Prints a line for each record, in log order.")
    static final class Dump implements Callable<Integer> {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "${env:QUOIN_DATA:-data}",
                description = "The data folder (default: QUOIN_DATA, or ./data).")
        private Path data = Path.of("data");

        @Option(names = "--from", paramLabel = "POSITION", defaultValue = "0", description = "Begins there.")
        private long from;

        @Option(names = "--to", paramLabel = "POSITION", description = "Ends before it.")
        private long to = Long.MAX_VALUE;

        @Option(names = "--json", description = "Prints a JSON object a record.")
        private boolean json;

        @Override
        public Integer call() throws CliException, JournalException, IOException {
            Console console = Console.standard();
            try {
                open(data).dump(from, to, (view, payloadValid) -> print(console, view, payloadValid));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            console.flush();
            return ExitCode.OK;
        }

        private void print(Console console, RecordView record, boolean payloadValid) {
            try {
                console.line(json ? json(record, payloadValid) : line(record, payloadValid));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String line(RecordView record, boolean payloadValid) {
            return String.format(
                    Locale.ROOT,
                    "%-14d %-22s flags %02x  fields %5d  payload %8d%s",
                    record.position(),
                    typeName(record.type()),
                    record.flags(),
                    record.fieldsLength(),
                    record.payloadLength(),
                    payloadValid ? "" : "  DAMAGED");
        }

        private static String json(RecordView record, boolean payloadValid) {
            JsonWriter line = new JsonWriter().beginObject();
            line.field("position", record.position()).field("type", typeName(record.type()));
            line.field("flags", record.flags()).field("fieldsLength", record.fieldsLength());
            line.field("payloadLength", record.payloadLength());
            return line.field("payloadValid", payloadValid).endObject().toString();
        }
    }
}
