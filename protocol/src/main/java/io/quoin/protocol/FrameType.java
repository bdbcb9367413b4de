// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import static io.quoin.protocol.ConnectionState.CLOSING;
import static io.quoin.protocol.ConnectionState.NEW;
import static io.quoin.protocol.ConnectionState.OPEN;

import org.jspecify.annotations.Nullable;

/**
 * The table of the protocol: for each type of frame its code, who may send it in which state, what the user must be
 * allowed, whether it is answered, which flags it may have and whether a payload follows. Client, server and tests read
 * it; none of it is said again elsewhere.
 */
public enum FrameType {
    HELLO(1, from(Peer.CLIENT), in(NEW), Answer.NONE),
    AUTH_CHALLENGE(2, from(Peer.SERVER), in(NEW, ConnectionState.AUTH), Answer.NONE),
    AUTH(3, from(Peer.CLIENT), in(ConnectionState.AUTH), Answer.NONE),
    WELCOME(4, from(Peer.SERVER), in(NEW, ConnectionState.AUTH), Answer.NONE),
    HEARTBEAT(5, from(Peer.CLIENT, Peer.SERVER), in(OPEN, CLOSING), Answer.NONE),
    GOODBYE(6, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    GOAWAY(7, from(Peer.SERVER), whileServing(), Answer.NONE),
    OK(8, from(Peer.SERVER), whileServing(), Answer.NONE, Payload.OPTIONAL),
    ERROR(9, from(Peer.SERVER), in(NEW, ConnectionState.AUTH, OPEN, CLOSING), Answer.NONE),
    CLIENT_ID(10, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),

    DESTINATION(16, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    DELETE_TEMPORARY(17, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),

    SESSION_OPEN(32, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    SESSION_CLOSE(33, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    RECOVER(34, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    RESUME(35, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.NONE, 0x01),
    RESTORED(36, from(Peer.CLIENT), in(OPEN), Answer.NONE),

    SEND(40, from(Peer.CLIENT), in(OPEN), Answer.NONE, Payload.REQUIRED, Permission.SEND, 0x0F),
    SENT(42, from(Peer.SERVER), whileServing(), Answer.NONE),
    REFUSED(43, from(Peer.SERVER), whileServing(), Answer.NONE),
    SEND_CREDIT(44, from(Peer.SERVER), whileServing(), Answer.NONE),

    CONSUMER_OPEN(50, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.CONSUME, 0x1F),
    CONSUMER_CLOSE(51, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    CREDIT(52, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    DRAIN(53, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    DELIVER(54, from(Peer.SERVER), whileServing(), Answer.NONE, Payload.REQUIRED, Permission.NONE, 0x07),
    RECALL(55, from(Peer.SERVER), whileServing(), Answer.NONE),
    RETURN(56, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    ACK(57, from(Peer.CLIENT), in(OPEN), Answer.OPTIONAL, Payload.NONE, Permission.NONE, 0x0C),
    HANDING(58, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    CONSUMER_LOST(59, from(Peer.SERVER), whileServing(), Answer.NONE),
    UNSUBSCRIBE(60, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.DURABLE, 0x02),
    RECLAIM(61, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.NONE, 0x01),
    PERMIT(64, from(Peer.SERVER), whileServing(), Answer.NONE),
    PERMIT_WANTED(65, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    RESOLVE(66, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    SLOTS_WANTED(67, from(Peer.CLIENT), in(OPEN), Answer.NONE),
    SLOT(68, from(Peer.SERVER), whileServing(), Answer.NONE),

    COMMIT(70, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    ROLLBACK(71, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    TX_OUTCOME(72, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_START(73, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_END(74, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_PREPARE(75, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_COMMIT(76, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_ROLLBACK(77, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_FORGET(78, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    XA_RECOVER(79, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),

    BROWSE_OPEN(90, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.BROWSE, 0),
    BROWSE_NEXT(91, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED),
    BROWSED(92, from(Peer.SERVER), whileServing(), Answer.NONE, Payload.REQUIRED),
    BROWSE_CLOSE(93, from(Peer.CLIENT), in(OPEN), Answer.NONE),

    ADMIN(100, from(Peer.CLIENT), in(OPEN), Answer.REQUIRED, Payload.NONE, Permission.MANAGE, 0);

    /** Whether OK or ERROR answers a frame. */
    public enum Answer {
        NONE,
        /** The frame begins with a request number, which is not 0. */
        REQUIRED,
        /** The frame begins with a request number; 0 asks for no answer. */
        OPTIONAL
    }

    /** Whether a checked block follows the fields. */
    public enum Payload {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    private static final @Nullable FrameType[] BY_CODE = byCode();

    private final int code;
    private final int senders;
    private final int states;
    private final Answer answer;
    private final Payload payload;
    private final Permission permission;
    private final int legalFlags;

    FrameType(int code, int senders, int states, Answer answer) {
        this(code, senders, states, answer, Payload.NONE, Permission.NONE, 0);
    }

    FrameType(int code, int senders, int states, Answer answer, Payload payload) {
        this(code, senders, states, answer, payload, Permission.NONE, 0);
    }

    FrameType(
            int code, int senders, int states, Answer answer, Payload payload, Permission permission, int legalFlags) {
        this.code = code;
        this.senders = senders;
        this.states = states;
        this.answer = answer;
        this.payload = payload;
        this.permission = permission;
        this.legalFlags = legalFlags;
    }

    /** The number on the wire, 1 to 127. */
    public int code() {
        return code;
    }

    public boolean isSentBy(Peer peer) {
        return (senders & peer.bit()) != 0;
    }

    /** Whether {@code sender} may send a frame of this type over a connection in that state. */
    public boolean isLegal(Peer sender, ConnectionState state) {
        return isSentBy(sender) && (states & state.bit()) != 0;
    }

    public Answer answer() {
        return answer;
    }

    /** Whether exactly one OK or ERROR always answers it. */
    public boolean isRequest() {
        return answer == Answer.REQUIRED;
    }

    public Payload payload() {
        return payload;
    }

    /** What the user must be allowed on the destination that the frame is about. */
    public Permission permission() {
        return permission;
    }

    /** Whether a frame of this type with those flags needs {@code wanted}: to consume durably needs two permissions. */
    public boolean needs(Permission wanted, int flags) {
        return wanted == permission
                || (this == CONSUMER_OPEN
                        && wanted == Permission.DURABLE
                        && (flags & FrameFlags.CONSUMER_DURABLE) != 0);
    }

    /** The flags that may be set, as a mask. */
    public int legalFlags() {
        return legalFlags;
    }

    /** The type with that number, or null if there is none. */
    public static @Nullable FrameType valueOf(byte code) {
        return code < 0 ? null : BY_CODE[code];
    }

    private static @Nullable FrameType[] byCode() {
        @Nullable FrameType[] byCode = new FrameType[Byte.MAX_VALUE + 1];
        for (FrameType type : values()) {
            if (byCode[type.code] != null) {
                throw new IllegalStateException(type + " has the code of " + byCode[type.code]);
            }
            byCode[type.code] = type;
        }
        return byCode;
    }

    private static int from(Peer... senders) {
        int mask = 0;
        for (Peer sender : senders) {
            mask |= sender.bit();
        }
        return mask;
    }

    private static int in(ConnectionState... states) {
        int mask = 0;
        for (ConnectionState state : states) {
            mask |= state.bit();
        }
        return mask;
    }

    /** What the server wrote before it read GOODBYE reaches a client that is already closing. */
    private static int whileServing() {
        return in(OPEN, CLOSING);
    }
}
