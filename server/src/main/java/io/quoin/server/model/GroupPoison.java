// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What becomes of a message group whose first message has been delivered {@code maxDeliveries} times in vain. */
public enum GroupPoison {
    /** The message goes to the dead letters, and the group goes on without it. */
    DLQ,
    /** The message keeps its place, and its group is held until an administrator releases it. */
    PARK,
    /** The message keeps its place, and is delivered again and again. */
    BLOCK;

    /** As in the option {@code onGroupPoison}. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that word; there is one. */
    static GroupPoison of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** All of them, as in the option. */
    static List<String> words() {
        return Stream.of(values()).map(GroupPoison::optionName).toList();
    }
}
