// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A consumer as the server must see it. */
final class ConsumerView {

    final SessionView session;
    final int number;
    final Place place;
    final Selection selection;
    /** Whether it wants everything for itself. */
    final boolean exclusive;
    /** What is out here, by tag. */
    final TreeMap<Long, Copy> out = new TreeMap<>();
    /** Everything that was delivered here, by tag. */
    final Map<Long, Copy> delivered = new HashMap<>();

    long lastTag;
    long deliveredBytes;
    long limitMessages;
    long limitBytes;
    long handedOut;
    /** Whether the server has asked for what is unseen, and its RETURN has not arrived. */
    boolean recalled;
    /** The tags last named by HANDING. */
    List<Long> handing = List.of();
    /** Whether the server has confirmed that it is open. */
    boolean open;
    /** Whether the server has been asked to close it. */
    boolean closing;
    /** Whether nothing may come any more. */
    boolean closed;

    ConsumerView(SessionView session, int number, Place place, Selection selection, boolean exclusive) {
        this.session = session;
        this.number = number;
        this.place = place;
        this.selection = selection;
        this.exclusive = exclusive;
        place.hadExclusive |= exclusive;
    }

    /** Whether another consumer may be served alone, or what others hold may have to be settled before this one is served. */
    boolean mayHaveToWait() {
        return place.hadExclusive
                && (place.consumers.stream().anyMatch(c -> c != this && c.exclusive)
                        || place.copies.stream().anyMatch(c -> c.isOut() || c.held != null));
    }

    boolean hasCredit() {
        return lastTag < limitMessages && deliveredBytes < limitBytes;
    }

    /** The client has come back and has what was delivered up to {@code tag}; what came after it is delivered anew. */
    void resumed(long tag, ServerView view) {
        for (long dropped = tag + 1; dropped <= lastTag; dropped++) {
            Copy copy = out.get(dropped);
            if (copy != null) {
                view.back(copy);
            }
            delivered.remove(dropped);
        }
        recalled = false;
        lastTag = tag;
        limitMessages = tag;
        deliveredBytes = 0;
        limitBytes = 0;
    }

    /** The client's word on how far its application has got. */
    void handedOut(long tag) {
        handedOut = Math.max(handedOut, tag);
    }

    @Override
    public String toString() {
        return "c" + number + "@" + session;
    }
}
