// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.RecordType;
import io.quoin.server.model.TxStepRecord;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Lets large transactions that are decided take effect, or undoes them, in steps that are over in a moment, one transaction
 * after the other. No answer and no question is between the steps of one: whoever asks about it is answered at its end.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Completing {

    /** The number of no logged transaction. */
    private static final long NOT_LOGGED = 0;

    private final int stepMessages;
    private final LoggedTransactions logged;
    private final Sources sources;
    private final Destinations destinations;
    private final Recorder recorder;
    private final RangeWriter ranges;
    private final Sending sending;
    private final Settlement settlement;
    private final Visibility visibility;
    private final HandOut handOut;
    private final DedupIds dedupIds;
    private final RouteRecorder routes;
    private final ReadySources ready;
    private final ArrayDeque<Completion> running = new ArrayDeque<>();
    /** Numbers of the destinations that a step sends to. */
    private final Set<Integer> touched = new LinkedHashSet<>();

    Completing(
            LargeTransactions large,
            LoggedTransactions logged,
            Sources sources,
            Destinations destinations,
            Recorder recorder,
            Sending sending,
            Settlement settlement,
            Visibility visibility,
            HandOut handOut,
            DedupIds dedupIds,
            ReadySources ready) {
        this.ready = ready;
        this.stepMessages = large.step();
        this.logged = logged;
        this.sources = sources;
        this.destinations = destinations;
        this.recorder = recorder;
        this.ranges = new RangeWriter(recorder);
        this.sending = sending;
        this.settlement = settlement;
        this.visibility = visibility;
        this.handOut = handOut;
        this.dedupIds = dedupIds;
        this.routes = new RouteRecorder(destinations, dedupIds, recorder);
    }

    /** Whether so many messages take effect in one step. */
    boolean isOneStep(long messages) {
        return messages <= stepMessages;
    }

    boolean hasWork() {
        return !running.isEmpty();
    }

    /** The transaction is decided; its steps follow. */
    Completion begin(Completion completion) {
        running.add(completion);
        return completion;
    }

    /**
     * Puts messages back that a transaction has acknowledged and no log knows of as its: those consumers get nothing before
     * all are there.
     */
    Completion giveBack(HeldMessages messages, Collection<Consumer> first) {
        return begin(new Completion(NOT_LOGGED).withGivenBack(messages).before(first));
    }

    /** Does one step; returns how much was done. */
    int step() {
        Completion first = running.peek();
        if (first == null) {
            return 0;
        }
        step(first);
        if (first.isDone()) {
            running.remove();
            first.waiting().forEach(consumer -> ready.add(consumer.source()));
        }
        return stepMessages;
    }

    /** Does now what is left of all of them: somebody asks about one, which is rare. */
    void finish() {
        while (hasWork()) {
            step();
        }
    }

    /** The same if one of them concerns the session. */
    void finishOf(ClientSession session) {
        for (Completion completion : running) {
            for (Consumer consumer : completion.waiting()) {
                if (consumer.session() == session) {
                    finish();
                    return;
                }
            }
        }
    }

    /** After the log was applied to its end: undoes what nobody has decided, and ends what was decided. */
    void booted(TransactionLog log) {
        for (LoggedTransaction transaction : logged.all().toArray(LoggedTransaction[]::new)) {
            if (transaction.state() == LoggedTransaction.State.OPEN) {
                log.decide(transaction.number(), false, false);
            }
            if (transaction.isInSteps()) {
                begin(new Completion(transaction.number()));
            }
        }
        finish();
    }

    private void step(Completion completion) {
        LoggedTransaction transaction = logged.find(completion.number());
        if (transaction != null && transaction.isInSteps()) {
            int next = completion.nextKeptAfter();
            if (transaction.held().isEmpty() && next <= transaction.sends().taken()) {
                stepKept(completion, transaction.sends().taken());
            } else {
                stepLogged(completion, transaction, next);
            }
        } else if (!completion.givenBack().isEmpty()) {
            settlement.giveBack(completion.givenBack().take(stepMessages), sources, 1);
        } else if (!completion.acknowledged().isEmpty()) {
            acknowledge(completion.acknowledged().take(stepMessages));
        } else if (!completion.kept().isEmpty()) {
            stepKept(completion, Integer.MAX_VALUE);
        } else {
            completion.done(recorder.appended());
        }
    }

    /** The next messages of those that the log has; of those that it sent only those before {@code end}. */
    private void stepLogged(Completion completion, LoggedTransaction transaction, int end) {
        LoggedSends sends = transaction.sends();
        long held = Math.min(stepMessages, transaction.held().size());
        int sent = (int) Math.min(Math.min(sends.count(), stepMessages - held), (long) end - sends.taken());
        noteDestinations(sends, transaction.state() == LoggedTransaction.State.TAKING_EFFECT ? sent : 0);
        int second = dedupIds.second();
        routes.note(completion.routes(), sends, sent, second);
        TxStepRecord.put(recorder.begin(true, RecordType.TX_STEP, 0), completion.number(), (int) held + sent, second);
        long position = recorder.end();
        visibility.beginCommit();
        routes.record(position);
        visibility.endCommit(position);
        touched.forEach(this::letOut);
    }

    /** Notes where the next so many messages go. */
    private void noteDestinations(LoggedSends sends, int count) {
        touched.clear();
        LoggedSends.Walk walk = sends.walk();
        for (int i = 0; i < count && walk.next(); i++) {
            touched.add(walk.destination());
        }
    }

    /** The next messages of those that no log has, and that come after no more of those that it has than so many. */
    private void stepKept(Completion completion, int taken) {
        Completion.Kept next = completion.nextKept();
        KeptSends sends = next.sends();
        visibility.beginCommit();
        for (int left = stepMessages; left > 0 && sends.isAtSend() && sends.after() <= taken; left--) {
            if (destinations.find(sends.destination()) != null) {
                sending.recordKept(next.sender(), sends);
            }
            sends.next();
        }
        visibility.endCommit(recorder.appended() - 1);
        if (!sends.isAtSend()) {
            completion.kept().remove(next);
        }
    }

    /** Volatile messages that were acknowledged are gone. */
    private void acknowledge(HeldMessages held) {
        for (int i = 0; i < held.ranges(); ) {
            int end = held.endOfRun(i);
            Source source = sources.find(held.source(i));
            if (source == null) {
                i = end;
                continue;
            }
            ranges.begin(RecordType.ACK, source, 0);
            for (; i < end; i++) {
                for (long arrival = held.first(i); arrival <= held.last(i); arrival++) {
                    ranges.add(held.priority(i), arrival);
                }
            }
            ranges.end();
        }
    }

    /** Marks ahead, so that what has joined need not wait for them. */
    void letOut(int number) {
        Destination destination = destinations.find(number);
        if (destination instanceof Queue queue) {
            letOut(queue);
        } else if (destination instanceof Topic topic) {
            topic.durable().forEach(this::letOut);
        }
    }

    private void letOut(Source source) {
        if (!source.consumers().isEmpty()) {
            handOut.renew(source, recorder);
        }
    }
}
