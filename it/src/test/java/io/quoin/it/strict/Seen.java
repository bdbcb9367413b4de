// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.strict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the listeners of one consumer process have written down, by message id. */
final class Seen {

    /** How often each message was given to a listener. */
    final Map<String, Integer> begun = new HashMap<>();

    /** Whose listener returned. */
    final Set<String> ended = new HashSet<>();

    static Seen of(Path... logs) throws IOException {
        Seen seen = new Seen();
        for (Path log : logs) {
            if (Files.exists(log)) {
                for (String line : Files.readAllLines(log)) {
                    String[] words = line.split(" ", 3);
                    if (words[0].equals("B")) {
                        seen.begun.merge(words[1], 1, Integer::sum);
                    } else {
                        seen.ended.add(words[1]);
                    }
                }
            }
        }
        return seen;
    }

    /** Messages that a listener got and did not return from. */
    Set<String> inHand() {
        Set<String> inHand = new HashSet<>(begun.keySet());
        inHand.removeAll(ended);
        return inHand;
    }

    /** Messages that were given to listeners more than once. */
    List<String> twice() {
        List<String> twice = new ArrayList<>();
        begun.forEach((id, times) -> {
            if (times > 1) {
                twice.add(id);
            }
        });
        return twice;
    }
}
