// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Two saved runs of {@code quoin bench} beside each other. */
final class BenchComparison {

    private static final List<String> SIDES = List.of("sent", "received");
    private static final List<String> MEASURED = List.of("seconds", "setUpSeconds", "sent", "received");

    private final Json before;
    private final Json after;

    private BenchComparison(Json before, Json after) {
        this.before = before;
        this.after = after;
    }

    /** @throws CliException if a file cannot be read, or is no saved run */
    static BenchComparison of(Path before, Path after) throws CliException {
        return new BenchComparison(read(before), read(after));
    }

    private static Json read(Path file) throws CliException {
        try {
            Json run = Json.parse(Files.readString(file));
            if (run.names().containsAll(SIDES)) {
                return run;
            }
        } catch (IllegalArgumentException | MalformedInputException e) {
            // The same complaint as for other JSON.
        } catch (IOException e) {
            throw new CliException(
                    ErrorCode.FILE_NOT_READABLE,
                    CliException.NOT_FOUND,
                    "The file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        throw CliException.usage(file + " is not a run that was saved with bench --save.");
    }

    /** Lines of a table, and above it what was not the same in the two runs. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        for (String name : before.names()) {
            String was = before.get(name).text();
            String is = after.get(name).text();
            if (!MEASURED.contains(name) && !was.equals(is)) {
                lines.add("not the same: " + name + " " + was + " and " + is);
            }
        }
        lines.add(String.format(Locale.ROOT, "%-22s %14s %14s %8s", "", "before", "after", "ratio"));
        for (String side : SIDES) {
            Json was = before.get(side);
            Json is = after.get(side);
            if (number(was.get("messages")) > 0 || number(is.get("messages")) > 0) {
                lines.add(row(side + " a second", was.get("perSecond"), is.get("perSecond")));
                for (String percentile : was.get("latencyUs").names()) {
                    lines.add(row(
                            side + " " + percentile + " us",
                            was.get("latencyUs").get(percentile),
                            is.get("latencyUs").get(percentile)));
                }
            }
        }
        return lines;
    }

    private static String row(String name, Json before, Json after) {
        double was = number(before);
        double is = number(after);
        String ratio = was == 0 ? "-" : String.format(Locale.ROOT, "%.2f", is / was);
        return String.format(Locale.ROOT, "%-22s %,14.0f %,14.0f %8s", name, was, is, ratio);
    }

    private static double number(Json value) {
        try {
            return Double.parseDouble(value.text());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
