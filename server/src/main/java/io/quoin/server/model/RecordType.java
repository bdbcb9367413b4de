// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import org.jspecify.annotations.Nullable;

/**
 * The types of the server's records (docs/journal-format.md, "Records of the server"). A code is given once and keeps its
 * meaning and layout for ever; what changes gets a new code. Codes 1 to 15 are the journal's own.
 */
public enum RecordType {
    /** The server started: raises the boot number, and after an unclean stop flags what was handed out. */
    BOOT(16),
    DESTINATION_CREATED(17),
    DESTINATION_REMOVED(18),
    SUBSCRIBED(19),
    UNSUBSCRIBED(20),
    /** Gives a producing connection a number, which its sends carry. */
    PRODUCER_OPENED(21),
    PRODUCER_CLOSED(22),
    /** Sequences that were refused though later ones are stored. */
    PRODUCER_HOLE(23),
    /** A message joins a queue or the subscriptions of a topic. */
    SEND(24),
    ACK(25),
    /** Certain or uncertain deliveries of messages that went back to their places. */
    COUNTED(26),
    /** Messages up to an arrival number may be out from now on. */
    HANDOUT(27),
    /** Delayed messages join their queue. */
    DUE(28),
    EXPIRED(29),
    /** A message leaves a queue or subscription for another queue, with the reason. */
    DEAD_LETTERED(30),
    PURGED(31),
    /** A local transaction is complete; the records before it in the same batch are its work. */
    COMMITTED(32),
    /** A stored message joins non-durable subscriptions; never in the log. */
    ROUTED(33),
    /** A message, with the fields of its SEND or DEAD_LETTERED record, copied so that its segment can be dropped. */
    COPIED(34),
    /** A queue or subscription refers to a copy from now on. */
    RELOCATED(35),
    /** Messages whose bytes on the disk are damaged: they are gone, and what is left of them is in quarantine. */
    DAMAGED(36),
    /** Since when a durable subscription that can expire has had no consumer. */
    SUBSCRIPTION_IDLE(40),
    /** A connection consumes from a queue or subscription: after an unclean stop it may hold messages of it. */
    CONSUMING(41),
    /** A connection that consumed has ended, and holds nothing. */
    CONSUMING_ENDED(42),
    /** Messages may be handed out by a consumer with strict delivery. */
    PERMITTED(44),
    /** Messages were certainly not kept by whoever might have handed them out: they may go to others. */
    PERMIT_RETURNED(45),
    /** The consumer that may have handed messages out has vanished. */
    IN_DOUBT(46),
    /** A user is new, or has a new password. */
    USER_STORED(48),
    USER_REMOVED(49),
    /** What salts for users that do not exist are made of. */
    USER_SECRET(50),

    /** A message that was delivered in vain too often holds its group. */
    GROUP_PARKED(52),
    /** A parked group goes on. */
    GROUP_RELEASED(53),

    /** A message sent in a transaction that is not decided yet: nobody sees it. */
    TX_SEND(56),
    /** Messages acknowledged in a transaction that is not decided yet: nobody gets them. */
    TX_ACK(57),
    /** A branch of a distributed transaction (XA) is prepared; its sends and acknowledgements are in the records before. */
    TX_PREPARED(58),
    /** A prepared branch takes effect. */
    TX_COMMITTED(59),
    /** A prepared branch is undone. */
    TX_ROLLED_BACK(60),
    /** The transaction manager knows what became of a branch that an administrator decided. */
    TX_FORGOTTEN(61),
    /** An undecided transaction refers to a copy of one of its messages from now on, or to none. */
    TX_RELOCATED(62),
    /** Whether a large transaction takes effect or is undone, by steps. */
    TX_DECIDED(63),
    /** The next messages of a decided transaction take effect or are undone. */
    TX_STEP(64);

    private static final @Nullable RecordType[] BY_CODE = byCode();

    private final int code;

    RecordType(int code) {
        this.code = code;
    }

    /** The type byte of the record's head, 16 to 255. */
    public int code() {
        return code;
    }

    /** The type with that code, or null for one that this version does not know. */
    public static @Nullable RecordType find(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    private static @Nullable RecordType[] byCode() {
        @Nullable RecordType[] types = new @Nullable RecordType[256];
        for (RecordType type : values()) {
            types[type.code] = type;
        }
        return types;
    }
}
