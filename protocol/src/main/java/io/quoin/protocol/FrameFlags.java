// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/** Bits of the flags byte of a frame. A bit means something only in the frames that its name begins with. */
public final class FrameFlags {

    public static final int SEND_PERSISTENT = 1;
    /** A caller waits for SENT. */
    public static final int SEND_WAITING = 2;

    public static final int SEND_TRANSACTED = 4;
    /** The frame was written before, on this or an earlier connection of the same id. */
    public static final int SEND_RESENT = 8;

    public static final int DELIVER_REDELIVERED = 1;
    /** Nothing of the message's group was out when it was dispatched. */
    public static final int DELIVER_GROUP_FIRST = 2;
    /** An earlier consumer vanished with the message, and nobody has said whether it was consumed. */
    public static final int DELIVER_IN_DOUBT = 4;

    public static final int CONSUMER_DURABLE = 1;
    public static final int CONSUMER_SHARED = 2;
    public static final int CONSUMER_NO_LOCAL = 4;
    public static final int CONSUMER_EXCLUSIVE = 8;
    /** A durable subscription of that name that is another one is not replaced while it has messages. */
    public static final int CONSUMER_KEEP_BACKLOG = 16;

    public static final int UNSUBSCRIBE_SHARED = 2;

    /** Another one follows, with more consumers of the same session. */
    public static final int RESUME_MORE = 1;

    /** Nothing else that the consumer was permitted has been handed out. */
    public static final int RECLAIM_LAST = 1;

    public static final int ACK_TRANSACTED = 4;
    /** With a message that goes back, all of its group goes back that the consumer was sent after it. */
    public static final int ACK_WITH_GROUP = 8;

    private FrameFlags() {}
}
