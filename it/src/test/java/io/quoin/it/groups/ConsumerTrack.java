// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.MessageTrack.Holding;
import java.util.ArrayList;
import java.util.List;

/** What a consumer has in hand, as far as the history has been read. */
final class ConsumerTrack {
    final int number;
    /** How long its session may be silent before the server may give it up. */
    final long fenceAfterNs;

    final boolean transacted;
    boolean dead;
    /** Of its last event. */
    long lastEventNs;

    /** What it was given since the last call that decided, also if another consumer was given it meanwhile. */
    List<Holding> held = new ArrayList<>();
    /** What the call under way is about. */
    List<Holding> deciding = List.of();
    /** What its listeners have done; the session acknowledges it in its own time. */
    final List<Holding> finished = new ArrayList<>();

    ConsumerTrack(int number, long fenceAfterNs, boolean transacted) {
        this.number = number;
        this.fenceAfterNs = fenceAfterNs;
        this.transacted = transacted;
    }

    int process() {
        return Event.process(number);
    }
}
