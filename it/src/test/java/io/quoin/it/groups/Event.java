// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an application did or saw, or that was done to it. Of a call there are two events, one before it and one after it returned, so that the history never claims more than
 * what happened.
 *
 * @param timeNs when, by the clock that all processes of the machine share ({@code System.nanoTime()} on Linux)
 * @param kind what
 * @param consumer whose: see {@link #process(int)}; -1 for producers and the server
 * @param message the message that it is about; null if it is about all that the consumer has in hand, or about none
 * @param number of {@code OPENED}: the time in ms that the session may be silent; of {@code DELIVERED}: the delivery count; of {@code STALLED}: for how many ms; else 0
 * @param flags a union of the constants below
 */
public record Event(
        long timeNs, Kind kind, int consumer, @Nullable MessageId message, int number, int flags) {
    /** Of {@code SENDING}: survives the server. */
    public static final int PERSISTENT = 1;
    /** Of {@code DELIVERED}: the message said that it came again. */
    public static final int REDELIVERED = 2;
    /** Of {@code DELIVERED}: the message said that nothing else of its group was out. */
    public static final int GROUP_FIRST = 4;
    /** Of {@code OPENED}: what one call accepts is accepted together or not at all. */
    public static final int TRANSACTED = 8;

    private static final int CONSUMERS_A_PROCESS = 1_000;

    /** What happened. */
    public enum Kind {
        /** A producer is about to send it. */
        SENDING,
        /** The send was confirmed, or the commit that covers it. */
        SENT,
        /** The producer rolled it back: nobody may see it. */
        ABORTED,
        /** A consumer was made. */
        OPENED,
        /** The application was given the message. */
        DELIVERED,
        /** The application is about to acknowledge or to commit: its work on the message, or all in hand, is done. */
        ACCEPTING,
        /** That call returned. */
        ACCEPTED,
        /** That call said that it was not done. */
        REFUSED,
        /** That call failed, and whether it was done is not known. */
        UNKNOWN,
        /** A listener returned, and the session acknowledges by itself. */
        FINISHED,
        /** The application is about to roll back or recover, or a listener to throw: the message, or all in hand, goes back. */
        RETURNING,
        /** The consumer's session is about to be closed: all in hand goes back. */
        CLOSING,
        /** It is closed. */
        CLOSED,
        /** The consumer's process is about to be ended as by {@code kill -9}. */
        KILLED,
        /** The consumer's process was stopped by SIGSTOP. */
        STOPPED,
        /** And is about to go on. */
        CONTINUED,
        /** The consumer's process noticed that it had not been running for so many ms. */
        STALLED,
        /** The server is about to be killed. */
        SERVER_KILLED,
        /** It serves again. */
        SERVER_UP
    }

    /** An event of a consumer or process that is about no single message. */
    public static Event of(long timeNs, Kind kind, int consumer) {
        return new Event(timeNs, kind, consumer, null, 0, 0);
    }

    /** An event about a message. */
    public static Event of(long timeNs, Kind kind, int consumer, @Nullable MessageId message) {
        return new Event(timeNs, kind, consumer, message, 0, 0);
    }

    /** The number of a consumer object: those of one process are neighbours. Processes count from 1. */
    public static int consumer(int process, int index) {
        if (index >= CONSUMERS_A_PROCESS) {
            throw new IllegalArgumentException("Too many consumers in process " + process);
        }
        return process * CONSUMERS_A_PROCESS + index;
    }

    /** The process of a consumer. */
    public static int process(int consumer) {
        return consumer / CONSUMERS_A_PROCESS;
    }

    /** Whether a flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The event as a line of text without its end. */
    public String line() {
        String id = message == null ? "- - -" : message.producer() + " " + message.group() + " " + message.sequence();
        return timeNs + " " + kind + " " + consumer + " " + id + " " + number + " " + flags;
    }

    /** Reads what {@link #line()} wrote. */
    public static Event parse(String line) {
        String[] words = line.split(" ", -1);
        MessageId id = words[3].equals("-")
                ? null
                : new MessageId(Integer.parseInt(words[3]), Integer.parseInt(words[4]), Integer.parseInt(words[5]));
        return new Event(
                Long.parseLong(words[0]),
                Kind.valueOf(words[1]),
                Integer.parseInt(words[2]),
                id,
                Integer.parseInt(words[6]),
                Integer.parseInt(words[7]));
    }

    /** For people: with the time in ms since {@code startNs}. */
    public String describe(long startNs) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%10.3f ms  ", (timeNs - startNs) / 1e6));
        text.append(consumer < 0 ? "" : "consumer " + process(consumer) + "." + consumer % CONSUMERS_A_PROCESS + " ");
        text.append(kind).append(message == null ? "" : " " + message);
        text.append(kind == Kind.SENDING && !has(PERSISTENT) ? " not persistent" : "");
        text.append(number == 0 ? "" : " " + number).append(has(REDELIVERED) ? " redelivered" : "");
        return text.append(has(GROUP_FIRST) ? " first" : "").toString();
    }
}
