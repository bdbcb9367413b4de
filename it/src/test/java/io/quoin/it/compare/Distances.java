// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The machine's limits, and how far Quoin is from them: what the figures say, and no more than is known of why. */
record Distances(Plan plan, Results results, MachineLimits limits) {

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("## The machine's limits");
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "One after the other, with nobody else at work, a write of a message with its sync takes %.0f µs here (median), and a message over loopback with one byte back %.0f µs. So a synchronous persistent"
                        + " send cannot take less than about %.0f µs, and one producer cannot do more than about %,.0f a second. With more messages a sync the floor is the limit: it reads, writes, syncs, confirms and"
                        + " hands on, and nothing else.",
                limits.syncUs(),
                limits.roundTripUs(),
                limits.syncUs() + limits.roundTripUs(),
                1e6 / (limits.syncUs() + limits.roundTripUs())));
        lines.add("");
        for (List<Work> works : plan.works().values()) {
            works.stream()
                    .filter(work -> !work.floor().isEmpty() && results.has(work))
                    .forEach(work -> {
                        String distance = work.part() == Work.Part.LATENCY ? latency(work) : rate(work);
                        if (!distance.isEmpty()) {
                            lines.add("- " + work.title() + ": " + distance);
                        }
                    });
        }
        lines.add("");
        lines.add(
                "What lies between the floor and Quoin is what a broker is for, on the side of the client as well: messages that are objects with headers and properties, sessions, checksums, numbers by which a repeated send is"
                        + " known, an index, redelivery, and one acknowledgement for each message that the application has taken. Floor and Quoin share two processors with their clients, so that a client's work is"
                        + " missing from the server's. How much each of these takes is not told apart here; the profiles are in the messages of the commits that changed it.");
        lines.add("");
        return String.join("\n", lines) + "\n";
    }

    private String rate(Work work) {
        double share = results.ratio(work, Participant.QUOIN, Participant.FLOOR, Block::perSecond);
        if (Double.isNaN(share)) {
            return "";
        }
        String text = String.format(Locale.ROOT, "%.0f %% of the floor's rate", 100 * share);
        double cpuUs = results.median(work, Participant.QUOIN, Block::cpuUs);
        double perSecond = results.median(work, Participant.QUOIN, Block::perSecond);
        if (Double.isFinite(cpuUs)) {
            text += String.format(
                    Locale.ROOT,
                    "; the server is busy for %.0f %% of one processor, the rest of the two is the client's, the system's or idle",
                    100 * cpuUs * perSecond / 1e6);
        }
        double sendUs = results.median(work, Participant.QUOIN, Block::sendP50Us);
        double moreUs = sendUs - limits.syncUs() - limits.roundTripUs();
        if (work.key().equals("sync") && moreUs > 0) { // otherwise the machine was busy with something else before
            text += String.format(
                    Locale.ROOT,
                    "; a send takes %.0f µs at the median, %.0f µs more than sync and round trip by themselves",
                    sendUs,
                    moreUs);
        }
        return text + ".";
    }

    private String latency(Work work) {
        double over = results.difference(work, Participant.QUOIN, Participant.FLOOR, Block::p50Us);
        return Double.isNaN(over)
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.0f µs from the floor's median of %.0f µs.",
                        over,
                        results.median(work, Participant.FLOOR, Block::p50Us));
    }
}
