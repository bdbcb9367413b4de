// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A table in Markdown. Columns in which nothing stands are left out. */
final class Table {

    /** What was not measured. */
    static final String NONE = "–";

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> heading) {
        this.heading = heading;
    }

    void row(List<String> cells) {
        rows.add(cells);
    }

    String text() {
        List<Integer> shown = IntStream.range(0, heading.size())
                .filter(at -> at == 0
                        || rows.stream()
                                .anyMatch(row ->
                                        !row.get(at).isEmpty() && !row.get(at).equals(NONE)))
                .boxed()
                .toList();
        StringBuilder text = new StringBuilder();
        line(text, shown, heading);
        text.append("|---".repeat(shown.size())).append("|\n");
        rows.forEach(row -> line(text, shown, row));
        return text.toString();
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    private static void line(StringBuilder text, List<Integer> shown, List<String> cells) {
        shown.forEach(at -> text.append("| ").append(cells.get(at)).append(' '));
        text.append("|\n");
    }

    /** A number in a cell; {@link #NONE} for one that is none. */
    static String cell(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : NONE;
    }
}
