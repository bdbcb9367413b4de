// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a kind of work is to show. A value of 0 asks for nothing.
 *
 * @param ratio to the better of Artemis and Classic, messages a second
 * @param floorShare of the floor's messages a second, from 0 to 1
 * @param sendFactor the median of a send, in medians of the floor
 * @param aboveFloorUs the median from end to end, over the floor's
 */
record Goal(double ratio, double floorShare, double sendFactor, double aboveFloorUs) {

    static final Goal NONE = new Goal(0, 0, 0, 0);

    static Goal ratio(double ratio) {
        return new Goal(ratio, 0, 0, 0);
    }

    String text() {
        List<String> parts = new ArrayList<>();
        if (ratio > 0) {
            parts.add(String.format(Locale.ROOT, "≥ %.0f ×", ratio));
        }
        if (floorShare > 0) {
            parts.add(String.format(Locale.ROOT, "≥ %.0f %% of the floor", 100 * floorShare));
        }
        if (sendFactor > 0) {
            parts.add(String.format(Locale.ROOT, "p50 of a send ≤ %.2f × floor", sendFactor));
        }
        if (aboveFloorUs > 0) {
            parts.add(String.format(
                    Locale.ROOT, "p50 ≤ floor + %.0f µs, p99 ≤ a third of the better peer's", aboveFloorUs));
        }
        return parts.isEmpty() ? "" : String.join(", ", parts);
    }
}
