// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Keeps what the core says to a connection. */
final class RecordingOutlet implements Outlet {

    record Delivered(
            int session,
            int consumer,
            long tag,
            int count,
            boolean redelivered,
            boolean groupFirst,
            boolean inDoubt,
            long remainingMs,
            long arrival,
            long position,
            int length) {}

    record Refused(long sequence, ErrorCode code, String text) {}

    record Recalled(int session, int consumer, int slot) {}

    final List<Delivered> delivered = new ArrayList<>();
    final List<Delivered> browsed = new ArrayList<>();
    final Map<Integer, Long> okAfter = new HashMap<>();
    final Map<Integer, Result> results = new HashMap<>();
    final Map<Integer, ErrorCode> errors = new HashMap<>();
    final Map<Integer, String> errorTexts = new HashMap<>();
    final List<Refused> refused = new ArrayList<>();
    final List<Recalled> recalled = new ArrayList<>();
    /** Slots that have their home at a consumer of this client. */
    final Set<Integer> slots = new TreeSet<>();
    /** By consumer: the tag up to which it may hand out, without waiting for the log. */
    final Map<Integer, Long> permitted = new HashMap<>();

    final Map<Integer, Long> sendCredit = new HashMap<>();
    final Map<Integer, ErrorCode> lost = new HashMap<>();
    long sentUpTo;
    long sentAfter;
    ErrorCode fenced;
    ErrorCode expelled;

    @Override
    public void ok(int request, long after) {
        okAfter.put(request, after);
    }

    @Override
    public void ok(int request, long after, Result result) {
        okAfter.put(request, after);
        results.put(request, result);
    }

    @Override
    public void error(int request, ErrorCode code, String text) {
        errors.put(request, code);
        errorTexts.put(request, text);
    }

    @Override
    public void sent(long upTo, long after) {
        if (after < sentAfter) {
            throw new IllegalStateException("answers to sends go backwards");
        }
        sentUpTo = Math.max(sentUpTo, upTo);
        sentAfter = after;
    }

    @Override
    public void refused(long sequence, ErrorCode code, String text) {
        refused.add(new Refused(sequence, code, text));
    }

    @Override
    public void sendCredit(int alias, long limitBytes) {
        sendCredit.put(alias, limitBytes);
    }

    @Override
    public void deliver(
            int session,
            int consumer,
            long tag,
            int deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            boolean inDoubt,
            long remainingMs,
            long arrival,
            long position,
            int length) {
        delivered.add(new Delivered(
                session,
                consumer,
                tag,
                deliveryCount,
                redelivered,
                groupFirst,
                inDoubt,
                remainingMs,
                arrival,
                position,
                length));
    }

    @Override
    public void slot(int session, int consumer, int slot, boolean assigned) {
        if (assigned) {
            slots.add(slot);
        } else {
            slots.remove(slot);
        }
    }

    @Override
    public void permit(int session, int consumer, long upTo, long after) {
        permitted.put(consumer, upTo);
    }

    @Override
    public void browsed(int session, int browser, int deliveryCount, long remainingMs, long position, int length) {
        browsed.add(new Delivered(
                session, browser, 0, deliveryCount, false, false, false, remainingMs, 0, position, length));
    }

    @Override
    public void recall(int session, int consumer, int slot) {
        recalled.add(new Recalled(session, consumer, slot));
    }

    @Override
    public void consumerLost(int session, int consumer, ErrorCode code, String text) {
        lost.put(consumer, code);
    }

    @Override
    public void expelled(ErrorCode code, String text) {
        expelled = code;
    }

    @Override
    public void fenced(ErrorCode code, String text) {
        fenced = code;
    }
}
