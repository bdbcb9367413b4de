// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.List;
import java.util.Locale;

/** A bar for each participant and kind of work, on a logarithmic scale from 100 to 10,000,000 messages a second. */
record Chart(Plan plan, Results results) {

    private static final List<String> COLOURS =
            List.of("#c9c9c9", "#1f6f54", "#6fb39b", "#b5651d", "#7a5c3e", "#3b5b92", "#8a4f8a", "#c2452d");
    private static final int LEFT = 230;
    private static final int DECADE = 90;
    private static final int BAR = 11;

    String svg() {
        List<Participant> all = plan.participants().getOrDefault(Work.Part.RATE, List.of());
        List<Work> works = plan.works().getOrDefault(Work.Part.RATE, List.of()).stream()
                .filter(work -> work.part() == Work.Part.RATE && results.has(work))
                .toList();
        int group = BAR * all.size() + 12;
        int legend = 16 * ((all.size() + 3) / 4) + 14;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"%d\" font-family=\"sans-serif\" font-size=\"10\">",
                legend + group * works.size() + 10);
        line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        for (int i = 0; i < all.size(); i++) {
            int x = 20 + 190 * (i % 4);
            int y = 8 + 16 * (i / 4);
            line(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>",
                    x,
                    y,
                    COLOURS.get(i % COLOURS.size()),
                    x + 14,
                    y + 9,
                    all.get(i).name());
        }
        int y = legend;
        for (Work work : works) {
            line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 10, y + group / 2, work.title());
            for (int i = 0; i < all.size(); i++) {
                bar(
                        svg,
                        y + BAR * i,
                        COLOURS.get(i % COLOURS.size()),
                        results.median(work, all.get(i).name(), Block::perSecond));
            }
            y += group;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, int y, String colour, double perSecond) {
        if (!Double.isNaN(perSecond)) {
            int width = (int) Math.max(1, DECADE * (Math.log10(Math.max(100, perSecond)) - 2));
            line(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%,.0f</text>",
                    LEFT,
                    y,
                    width,
                    BAR - 1,
                    colour,
                    LEFT + width + 4,
                    y + BAR - 2,
                    perSecond);
        }
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
