// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one bean was called with.
 *
 * <p>Threads: any number.
 */
final class Tally {
    private static final Map<String, Tally> ALL = new ConcurrentHashMap<>();

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final Queue<String> waits = new ConcurrentLinkedQueue<>();

    /** The tally of this name. */
    static Tally of(String name) {
        return ALL.computeIfAbsent(name, n -> new Tally());
    }

    /** Counts a call that begins; {@link #end} has to follow. Returns the message's text. */
    String begin(Message message) throws JMSException {
        calls.incrementAndGet();
        mostAtOnce.accumulateAndGet(now.incrementAndGet(), Math::max);
        long waitedMs = System.currentTimeMillis() - message.getJMSTimestamp();
        String text = message.getBody(String.class);
        texts.add(text);
        waits.add(waitedMs + " " + text);
        return text;
    }

    /** Counts a call that ends. */
    void end() {
        now.decrementAndGet();
    }

    /** What was counted, as {@code name=value} lines. */
    static String report(String name) {
        Tally tally = of(name);
        Map<String, Object> values = new TreeMap<>();
        values.put("calls", tally.calls);
        values.put("mostAtOnce", tally.mostAtOnce);
        values.put("distinct", tally.texts.stream().distinct().count());
        StringBuilder lines = new StringBuilder();
        values.forEach(
                (key, value) -> lines.append(key).append('=').append(value).append('\n'));
        return lines.toString();
    }

    /** Lines of the time from send to call in milliseconds and the text. */
    static String waits(String name) {
        return String.join("\n", of(name).waits);
    }

    /** The texts in the order of the calls, a line each. */
    static String texts(String name) {
        return String.join("\n", of(name).texts);
    }
}
