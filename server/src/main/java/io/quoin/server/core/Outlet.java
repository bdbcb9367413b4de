// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Result;

/**
 * What the core has to say to one connection. The owner's thread calls it; implementations gather and write once a cycle.
 *
 * <p>{@code after} is a position of the log: the answer goes out once the log is durable up to it; 0 for at once. Whatever
 * is told to one connection goes out in the order of the calls, save that answers may be overtaken by deliveries.
 */
public interface Outlet {

    void ok(int request, long after);

    void ok(int request, long after, Result result);

    void error(int request, ErrorCode code, String text);

    /** All sends up to {@code upTo} have their outcome; {@code after} never falls from call to call. */
    void sent(long upTo, long after);

    /** The send was refused. Goes out before the {@link #sent} that covers it, which may come later. */
    void refused(long sequence, ErrorCode code, String text);

    /** The connection may have sent that many bytes of messages to the destination in total. */
    void sendCredit(int alias, long limitBytes);

    /**
     * Delivers the message in the record at {@code position}; its bytes are in memory now. What the server added to it lies
     * in the record's fields, encoded as DELIVER wants it
     * ({@link io.quoin.server.model.SendRecord#annotationsAt}).
     *
     * @param inDoubt whether an earlier consumer vanished with it, and nobody has said whether it was consumed
     * @param remainingMs until it expires; 0 if it never does
     * @param arrival its number in the queue or subscription, negative for a volatile message
     * @param length of the message in bytes
     */
    void deliver(
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
            int length);

    /** Deliveries of the consumer up to that tag may be handed to its application. */
    void permit(int session, int consumer, long upTo, long after);

    /** A slot of message groups has its home at a consumer now, or not any more. */
    void slot(int session, int consumer, int slot, boolean assigned);

    /** Shows a browser the message in the record at {@code position}; its bytes are in memory now. */
    void browsed(int session, int browser, int deliveryCount, long remainingMs, long position, int length);

    /** The consumer is to return what its application has not seen; of one slot, or of all if {@code slot} is -1. */
    void recall(int session, int consumer, int slot);

    /** The server has closed the consumer. */
    void consumerLost(int session, int consumer, ErrorCode code, String text);

    /** Ends the connection after telling why: its place has been taken. */
    void fenced(ErrorCode code, String text);

    /** Ends the connection after telling why: its user may not use the server any more. */
    void expelled(ErrorCode code, String text);
}
