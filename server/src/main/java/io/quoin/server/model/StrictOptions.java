// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import java.util.List;
import java.util.Locale;

/**
 * The options of a destination that are about strict delivery.
 *
 * @param strict whether messages are handed out only within durable permits, so that none is handed out twice by itself
 * @param window messages that the permits of one session cover at a time, 1 to {@value #WINDOW_MAX}
 * @param onInDoubt what becomes of a message whose consumer vanished with it
 * @param inDoubtTimeoutMs after which a message in doubt is delivered again ({@link OnInDoubt#REDELIVER}) or goes to the dead
 *     letters; 0 for at once or never
 */
public record StrictOptions(boolean strict, int window, OnInDoubt onInDoubt, long inDoubtTimeoutMs) {

    /** Not strict. */
    public static final StrictOptions DEFAULT = new StrictOptions(false, 32, OnInDoubt.PARK, 0);

    /** Permits of one session cover at most this many messages. */
    public static final int WINDOW_MAX = 1_000;

    /** What becomes of a message whose consumer vanished, perhaps after it was handed out. */
    public enum OnInDoubt {
        /** It stays where it is until somebody decides; after the time-out it goes to the dead letters. */
        PARK,
        /** It is delivered again, after the time-out. */
        REDELIVER,
        /** The next consumer gets it at once, marked, to find out; nobody's after the time-out, it goes to the dead letters. */
        ASK;

        /** As users write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The one of that word; there is one. */
        static OnInDoubt of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        /** All of them, as users write them. */
        static List<String> words() {
            return List.of(PARK.word(), REDELIVER.word(), ASK.word());
        }
    }
}
