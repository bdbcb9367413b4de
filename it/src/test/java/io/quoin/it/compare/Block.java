// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one participant did in one block. What was not measured is NaN.
 *
 * @param perSecond messages received, or sent where nobody receives
 * @param sendP50Us of a send
 * @param p50Us and {@code p99Us}: from end to end
 * @param setUpSeconds until connections, sessions and consumers were there
 * @param cpuUs of the server for each message
 * @param allocatedBytes of the server for each message
 */
record Block(
        double perSecond,
        double sendP50Us,
        double p50Us,
        double p99Us,
        double setUpSeconds,
        double cpuUs,
        double allocatedBytes) {

    /** From what {@code quoin bench --save} wrote, and what the server spent meanwhile. */
    static Block ofBench(String run, double cpuSeconds, double allocatedBytes) {
        int at = run.indexOf("\"received\"");
        String sent = run.substring(run.indexOf("\"sent\""), at);
        String received = run.substring(at);
        boolean isReceived = number(received, "messages") > 0;
        double messages = Math.max(1, number(isReceived ? received : sent, "total"));
        return new Block(
                number(isReceived ? received : sent, "perSecond"),
                number(sent, "p50"),
                number(received, "p50"),
                number(received, "p99"),
                number(run, "setUpSeconds"),
                1e6 * cpuSeconds / messages,
                allocatedBytes / messages);
    }

    /** From what the floor printed with {@code --json}. */
    static Block ofFloor(String json) {
        String log = floorLog(json);
        String best = json.substring(json.indexOf("\"" + log + "\": {"));
        String endToEnd = best.substring(best.indexOf("endToEnd"));
        double none = Double.NaN;
        return new Block(
                number(best, "receivedPerSecond"),
                number(best, "p50"),
                number(endToEnd, "p50"),
                number(endToEnd, "p99"),
                none,
                none,
                none);
    }

    /** Which way of syncing was the floor. */
    static String floorLog(String json) {
        Matcher matcher = Pattern.compile("\"floor\": \"([a-z-]+)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException("Not the floor's JSON: " + json);
        }
        return matcher.group(1);
    }

    private static double number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": ?([0-9.E-]+)").matcher(json);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    }
}
