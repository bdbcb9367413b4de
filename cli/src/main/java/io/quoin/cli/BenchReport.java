// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.cli.bench.BenchPlan;
import io.quoin.cli.bench.BenchResult;
import io.quoin.server.admin.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run of {@code quoin bench} has measured, for people and for programs. */
record BenchReport(BenchPlan plan, BenchResult result) {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final double NS_PER_US = 1_000;

    /** Lines of a table. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(heading());
        lines.add(String.format(
                Locale.ROOT,
                "%-10s %12s %10s %10s %10s %10s %10s",
                "",
                "messages/s",
                "p50 us",
                "p90 us",
                "p99 us",
                "p99.9 us",
                "max us"));
        if (plan.sending().producers() > 0) {
            lines.add(row("sent", result.sent()));
        }
        if (plan.receiving().consumers() > 0) {
            lines.add(row("received", result.received()));
        }
        return lines;
    }

    private String heading() {
        BenchPlan.Sending sending = plan.sending();
        BenchPlan.Work work = plan.work();
        return String.format(
                Locale.ROOT,
                "%s, %d bytes, %d producers (window %d%s), %d consumers, %d %s%s, %.1f s, set up in %.2f s",
                sending.persistent() ? "persistent" : "non-persistent",
                sending.bodyBytes(),
                sending.producers(),
                sending.window(),
                work.size() > 0 ? ", " + work.size() + (work.xa() ? " in a branch" : " in a transaction") : "",
                plan.receiving().consumers(),
                plan.destinations().count(),
                plan.destinations().topic() ? "topics" : "queues",
                sending.groups() > 0 ? ", " + sending.groups() + " groups" : "",
                Math.max(result.sent().seconds(), result.received().seconds()),
                result.setUpSeconds());
    }

    private static String row(String name, BenchResult.Side side) {
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-10s %,12.0f", name, side.perSecond()));
        for (double percentile : PERCENTILES) {
            row.append(String.format(Locale.ROOT, " %,10.0f", latencyUs(side, percentile)));
        }
        return row.toString();
    }

    /** A heading and one line, so that runs can be put under each other. */
    List<String> csv() {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Json flat = Json.parse(json());
        flatten("", flat, names, values);
        return List.of(String.join(",", names), String.join(",", values));
    }

    private static void flatten(String prefix, Json object, List<String> names, List<String> values) {
        for (String name : object.names()) {
            Json member = object.get(name);
            if (member.names().isEmpty()) {
                names.add(prefix + name);
                String text = member.text();
                values.add(text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text);
            } else {
                flatten(prefix + name + '.', member, names, values);
            }
        }
    }

    String json() {
        BenchPlan.Sending sending = plan.sending();
        JsonWriter json = new JsonWriter().beginObject();
        json.field("persistent", sending.persistent());
        json.field("bodyBytes", sending.bodyBytes());
        json.field("producers", sending.producers());
        json.field("consumers", plan.receiving().consumers());
        json.field("connections", plan.connections());
        json.field("window", sending.window());
        json.field("outstanding", sending.outstanding());
        json.field("groups", sending.groups());
        json.name("ratePerSecond").value((Object) sending.ratePerSecond());
        json.field("transactionSize", plan.work().size());
        json.field("xa", plan.work().xa());
        json.field("ackMode", plan.receiving().ackMode());
        json.field("listener", plan.listens());
        json.field("destination", plan.destinations().name());
        json.field("destinations", plan.destinations().count());
        json.field("uniform", plan.destinations().uniform());
        json.field("topic", plan.destinations().topic());
        json.name("seconds").value((Object)
                Math.max(result.sent().seconds(), result.received().seconds()));
        json.name("setUpSeconds").value((Object) result.setUpSeconds());
        side(json.name("sent"), result.sent());
        side(json.name("received"), result.received());
        return json.endObject().toString();
    }

    private static void side(JsonWriter json, BenchResult.Side side) {
        json.beginObject().field("messages", side.messages()).field("total", side.total());
        json.name("perSecond").value((Object) side.perSecond());
        json.name("latencyUs").beginObject();
        for (double percentile : PERCENTILES) {
            String name =
                    percentile == 100 ? "max" : "p" + String.valueOf(percentile).replaceAll("\\.0$", "");
            json.name(name).value((Object) latencyUs(side, percentile));
        }
        json.endObject().endObject();
    }

    private static double latencyUs(BenchResult.Side side, double percentile) {
        return side.latencyNs().getValueAtPercentile(percentile) / NS_PER_US;
    }
}
