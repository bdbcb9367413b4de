// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant to type. */
public final class NearestName {

    /** Longer input is nobody's slip of the finger, and the work grows with its length. */
    private static final int MAX_LENGTH = 100;

    /** More names than this are not read by anybody who only mistyped one. */
    private static final int MAX_LISTED = 12;

    private NearestName() {}

    /**
     * The known name that is nearest to {@code typed} by insertions, deletions and replacements of characters, capitals
     * aside; the first one of those equally near; null if none is near enough to be meant.
     */
    public static @Nullable String of(String typed, Collection<String> known) {
        if (typed.length() > MAX_LENGTH) {
            return null;
        }
        String wanted = typed.toLowerCase(Locale.ROOT);
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String name : known) {
            int distance = distance(wanted, name.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return least <= Math.max(2, typed.length() / 2) ? nearest : null;
    }

    /**
     * A sentence for somebody who typed a name that does not exist: it names the nearest one, or all if they are few.
     *
     * @param what what the names are for, as in "option"
     */
    public static String unknown(String what, String typed, Collection<String> known) {
        String nearest = of(typed, known);
        String hint = nearest != null
                ? "; did you mean '" + nearest + "'?"
                : known.isEmpty() || known.size() > MAX_LISTED
                        ? "."
                        : "; there are " + String.join(", ", new TreeSet<>(known)) + ".";
        return "There is no " + what + " '" + typed + "'" + hint;
    }

    /** Levenshtein's distance. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
