// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells somebody who watches how far a long command is, a few times a second. Confined to one thread. */
final class Progress {

    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Console console;
    private final String what;
    private final long startNs = System.nanoTime();
    private long shownNs = startNs;

    /** @param what is counted, as in "messages sent" */
    Progress(Console console, String what) {
        this.console = console;
        this.what = what;
    }

    /** Cheap enough to be called for every message. */
    void at(long count) {
        if (!console.isInteractive() || (count & 0x3F) != 0) {
            return;
        }
        long nowNs = System.nanoTime();
        if (nowNs - shownNs >= PERIOD_NS) {
            shownNs = nowNs;
            console.progress(summary(count, nowNs));
        }
    }

    /** Ends the line and, for somebody who watches, says what was done. */
    void done(long count) {
        console.progressDone();
        if (console.isInteractive()) {
            console.say(summary(count, System.nanoTime()));
        }
    }

    private String summary(long count, long nowNs) {
        double seconds = Math.max(1e-3, (nowNs - startNs) / 1e9);
        return String.format(Locale.ROOT, "%,d %s in %.1f s (%,.0f/s)", count, what, seconds, count / seconds);
    }
}
